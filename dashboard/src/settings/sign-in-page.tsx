/** Signing in. */
import { Page } from "../design/page.tsx";
import { useWords } from "../words/words.tsx";

export function SignInPage() {
  const words = useWords();
  return <Page title={words.actions.signIn}>{null}</Page>;
}
