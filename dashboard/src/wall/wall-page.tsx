import { Page } from "../design/page.tsx";
import { useWords } from "../words/words.tsx";

export function WallPage() {
  const words = useWords();
  return <Page title={words.wall.title}>{null}</Page>;
}
