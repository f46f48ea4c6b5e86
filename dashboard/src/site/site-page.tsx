/** One site. */
import { Page } from "../design/page.tsx";
import { useWords } from "../words/words.tsx";

export function SitePage() {
  const words = useWords();
  return <Page title={words.navigation.sites}>{null}</Page>;
}
