/** Settings. */
import { Page } from "../design/page.tsx";
import { useWords } from "../words/words.tsx";

export function SettingsPage() {
  const words = useWords();
  return <Page title={words.navigation.settings}>{null}</Page>;
}
