/** Incidents, open ones first. */
import { Page } from "../design/page.tsx";
import { useWords } from "../words/words.tsx";

export function IncidentsPage() {
  const words = useWords();
  return <Page title={words.navigation.incidents}>{null}</Page>;
}
