/** The flow from monitors to database. */
import { Page } from "../design/page.tsx";
import { useWords } from "../words/words.tsx";

export function PipelinePage() {
  const words = useWords();
  return <Page title={words.navigation.pipeline}>{null}</Page>;
}
