/** Where a one-time link leads: makes the first account, accepts an invitation, or lets somebody back in. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import type { OneTimeLink, Redemption } from "../../../src/contract/api/accounts/one-time-links.ts";
import { ApiError, request } from "../api/request.ts";
import { buttonClass } from "../design/button.tsx";
import { Loading } from "../design/page.tsx";
import { useWords } from "../words/words.tsx";
import { postAuth } from "./auth-request.ts";
import { Door, doorButton, doorField } from "./door.tsx";
import { DoorField, DoorForm } from "./door-form.tsx";
import { isLongEnough, NewPasswordField } from "./new-password-field.tsx";

export function WelcomePage() {
  const words = useWords();
  // The secret stays in the fragment of the address: it was sent to no server before this page asks.
  const [secret] = useState(() => window.location.hash.split("=")[1] ?? "");
  const link = useQuery({
    queryKey: ["one-time-link", secret],
    queryFn: async () =>
      (await request<OneTimeLink>("/one-time-links/question", { method: "POST", body: { secret } })).content,
    enabled: secret !== "",
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (secret === "" || link.error) return <Over error={link.error} />;
  if (link.data === undefined) {
    return (
      <Door title={words.account.welcome}>
        <Loading rows={4} />
      </Door>
    );
  }
  const { kind, person } = link.data;
  const lead = person === null ? words.account.setupLead : words.account.passwordLead(person.email);
  return (
    <Door title={words.account.linkTitle[kind]} lead={lead}>
      <RedeemForm link={link.data} secret={secret} />
    </Door>
  );
}

function RedeemForm({ link, secret }: { readonly link: OneTimeLink; readonly secret: string }) {
  const words = useWords();
  const client = useQueryClient();
  const navigate = useNavigate();
  const isSetup = link.kind === "setup";
  const [name, setName] = useState("");
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const redeeming = useMutation({
    mutationFn: async () => {
      const redemption: Redemption = { secret, password, ...(isSetup ? { name, email } : {}) };
      const { content } = await request<{ email: string }>("/one-time-links/redeem", {
        method: "POST",
        body: redemption,
      });
      await postAuth("/sign-in/email", { email: content.email, password });
    },
    onSuccess: () => {
      client.clear();
      void navigate({ to: "/", replace: true });
    },
  });
  const isNamed = !isSetup || (name.trim() !== "" && email.includes("@"));
  return (
    <DoorForm
      submit={isSetup ? words.account.makeAccount : words.account.setPassword}
      submitting={redeeming}
      isComplete={isLongEnough(password) && isNamed}
    >
      {isSetup ? (
        <>
          <DoorField label={words.account.name} autoFocus autoComplete="name" value={name} onText={setName} />
          <DoorField
            label={words.account.email}
            type="email"
            autoComplete="username"
            value={email}
            onText={setEmail}
          />
        </>
      ) : (
        // For password managers: whose password this is.
        <input type="hidden" autoComplete="username" value={link.person?.email ?? ""} readOnly />
      )}
      <NewPasswordField
        label={words.account.newPassword}
        className={doorField}
        value={password}
        onText={setPassword}
      />
    </DoorForm>
  );
}

function Over({ error }: { readonly error: Error | null }) {
  const words = useWords();
  const isOver = error === null || (error instanceof ApiError && [400, 409].includes(error.status));
  return (
    <Door title={words.account.linkOver} lead={isOver ? words.account.linkOverHint : error.message}>
      <Link to="/sign-in" className={`${buttonClass()} ${doorButton}`}>
        {words.actions.signIn}
      </Link>
    </Door>
  );
}
