/** Settings: people, tokens and what was changed. */
import { useRight, useSession } from "../api/session.ts";
import { Empty, Loading, Page } from "../design/page.tsx";
import { useWords } from "../words/words.tsx";
import { AuditSection } from "./audit-section.tsx";
import { PeopleSection } from "./people-section.tsx";
import { TokensSection } from "./tokens-section.tsx";

export function SettingsPage() {
  const words = useWords();
  const session = useSession();
  const administers = useRight("administer");
  const isSignedIn = session.data?.person !== null;
  if (!session.data) {
    return (
      <Page title={words.navigation.settings}>
        <Loading />
      </Page>
    );
  }
  return (
    <Page title={words.navigation.settings}>
      {administers ? <PeopleSection /> : null}
      {isSignedIn ? <TokensSection /> : <Empty title={words.settings.needsRight} />}
      {administers ? <AuditSection /> : null}
    </Page>
  );
}
