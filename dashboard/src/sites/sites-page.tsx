import { Page } from "../design/page.tsx";
import { useWords } from "../words/words.tsx";

export function SitesPage() {
  const words = useWords();
  return <Page title={words.sites.title}>{null}</Page>;
}
