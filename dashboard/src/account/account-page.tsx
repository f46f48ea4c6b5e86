/** One's own account: password, second factor, passkeys, and where one is signed in. */
import { Link } from "@tanstack/react-router";
import { useSession } from "../api/session.ts";
import { buttonClass } from "../design/button.tsx";
import { Empty, Failure, Loading, Page, Section } from "../design/page.tsx";
import { useWords } from "../words/words.tsx";
import { PasskeysSection } from "./passkeys-section.tsx";
import { PasswordForm } from "./password-form.tsx";
import { SecondFactor } from "./second-factor.tsx";
import { SessionsSection } from "./sessions-section.tsx";

export function AccountPage() {
  const words = useWords();
  const session = useSession();
  if (session.error) return <Failure error={session.error} onRetry={() => void session.refetch()} />;
  if (session.data === undefined) return <Loading />;
  const { person, signInMethods } = session.data;
  if (person === null) {
    return (
      <Empty
        title={words.account.notSignedIn}
        action={
          <Link to="/sign-in" search={{ next: "/account" }} className={buttonClass("primary")}>
            {words.actions.signIn}
          </Link>
        }
      />
    );
  }
  return (
    <Page title={words.account.title}>
      <p className="-mt-3 mb-8 text-sm text-ink-muted">
        {person.name} · {person.email}
      </p>
      <Section title={words.account.secondFactor}>
        <SecondFactor isOn={person.secondFactor} />
      </Section>
      <PasskeysSection offered={signInMethods.passkey} />
      <Section title={words.account.changePassword}>
        <PasswordForm email={person.email} />
      </Section>
      <SessionsSection />
    </Page>
  );
}
