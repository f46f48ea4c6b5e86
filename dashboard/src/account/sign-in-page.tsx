/** Signing in: password and code, passkey, or an OpenID Connect provider. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { useSession } from "../api/session.ts";
import { Button } from "../design/button.tsx";
import { useWords } from "../words/words.tsx";
import { postAuth } from "./auth-request.ts";
import { Door, doorButton, Trouble } from "./door.tsx";
import { DoorField, DoorForm } from "./door-form.tsx";
import { canUsePasskeys, signInWithPasskey } from "./passkey.ts";
import { refusalOf } from "./refusal.ts";
import { SecondFactorForm } from "./second-factor-form.tsx";

export function SignInPage() {
  const words = useWords();
  const session = useSession().data;
  const { next, error } = useSearch({ from: "/sign-in" });
  const [awaitsCode, setAwaitsCode] = useState(false);
  const enter = useEnter(next);
  if (awaitsCode) {
    return (
      <Door title={words.account.codeTitle} lead={words.account.codeLead}>
        <SecondFactorForm onSignedIn={enter} onBeginAgain={() => setAwaitsCode(false)} />
      </Door>
    );
  }
  const { passkey, oidc } = session?.signInMethods ?? { passkey: false, oidc: [] };
  return (
    <Door
      title={words.account.signInTitle}
      lead={session?.setupNeeded ? words.checking.setupHint : undefined}
    >
      {error === undefined ? null : (
        <div className="mb-4">
          <Trouble>{words.account.refused.provider}</Trouble>
        </div>
      )}
      <PasswordForm onSignedIn={enter} onCodeNeeded={() => setAwaitsCode(true)} />
      {(passkey && canUsePasskeys()) || oidc.length > 0 ? (
        <div className="mt-4 flex flex-col gap-2 border-t border-line pt-4">
          {passkey && canUsePasskeys() ? <PasskeyButton onSignedIn={enter} /> : null}
          {oidc.map((provider) => (
            <ProviderButton key={provider.id} provider={provider} next={next} />
          ))}
        </div>
      ) : null}
      <p className="mt-6 text-sm text-ink-faint">{words.account.lockedOut}</p>
    </Door>
  );
}

/** Goes on to the page that was wanted, with nothing left of what was read before. */
function useEnter(next: string | undefined): () => void {
  const client = useQueryClient();
  const navigate = useNavigate();
  return () => {
    client.clear();
    void navigate({ to: next ?? "/", replace: true });
  };
}

function PasswordForm({
  onSignedIn,
  onCodeNeeded,
}: {
  readonly onSignedIn: () => void;
  readonly onCodeNeeded: () => void;
}) {
  const words = useWords();
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const signingIn = useMutation({
    mutationFn: () =>
      postAuth<{ twoFactorRedirect?: boolean }>("/sign-in/email", { email: email.trim(), password }),
    onSuccess: ({ twoFactorRedirect }) => (twoFactorRedirect === true ? onCodeNeeded() : onSignedIn()),
  });
  return (
    <DoorForm
      submit={words.actions.signIn}
      submitting={signingIn}
      isComplete={email.trim() !== "" && password !== ""}
    >
      <DoorField
        label={words.account.email}
        autoFocus
        type="email"
        autoComplete="username"
        value={email}
        onText={setEmail}
      />
      <DoorField
        label={words.account.password}
        type="password"
        autoComplete="current-password"
        value={password}
        onText={setPassword}
      />
    </DoorForm>
  );
}

function PasskeyButton({ onSignedIn }: { readonly onSignedIn: () => void }) {
  const words = useWords();
  const signingIn = useMutation({ mutationFn: signInWithPasskey, onSuccess: onSignedIn });
  return (
    <>
      <Button className={doorButton} disabled={signingIn.isPending} onClick={() => signingIn.mutate()}>
        {words.account.withPasskey}
      </Button>
      {signingIn.error ? <Trouble>{refusalOf(signingIn.error, words)}</Trouble> : null}
    </>
  );
}

function ProviderButton({
  provider: { id, name },
  next,
}: {
  readonly provider: { readonly id: string; readonly name: string };
  readonly next: string | undefined;
}) {
  const words = useWords();
  const leaving = useMutation({
    mutationFn: () =>
      postAuth<{ url: string }>("/sign-in/social", { provider: id, callbackURL: next ?? "/" }),
    onSuccess: ({ url }) => window.location.assign(url),
  });
  return (
    <>
      <Button className={doorButton} disabled={leaving.isPending} onClick={() => leaving.mutate()}>
        {words.account.withProvider(name)}
      </Button>
      {leaving.error ? <Trouble>{words.account.refused.providerAway(name)}</Trouble> : null}
    </>
  );
}
