/** Turns the second factor on, in two steps, and off. Both take the password. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { keys } from "../api/query-client.ts";
import { Button } from "../design/button.tsx";
import { TextField } from "../design/field.tsx";
import { announce } from "../design/toast.tsx";
import { useWords } from "../words/words.tsx";
import { postAuth } from "./auth-request.ts";
import { Trouble } from "./door.tsx";
import { QrCode } from "./qr-code.tsx";
import { refusalOf } from "./refusal.ts";

interface Enrolment {
  readonly totpURI: string;
  readonly backupCodes: readonly string[];
}

export function SecondFactor({ isOn }: { readonly isOn: boolean }) {
  const words = useWords();
  const client = useQueryClient();
  const [password, setPassword] = useState("");
  const [enrolment, setEnrolment] = useState<Enrolment | null>(null);
  const changing = useMutation({
    mutationFn: async () => {
      if (!isOn) return setEnrolment(await postAuth<Enrolment>("/two-factor/enable", { password }));
      await postAuth("/two-factor/disable", { password });
      announce(words.account.secondFactorIsOff);
      await client.invalidateQueries({ queryKey: keys.session });
    },
    onSettled: () => setPassword(""),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    changing.mutate();
  };
  if (enrolment !== null) return <Enrol enrolment={enrolment} onDone={() => setEnrolment(null)} />;
  return (
    <form onSubmit={submit} className="flex max-w-sm flex-col gap-3" noValidate>
      <p className="text-sm text-ink-muted">
        {isOn ? words.account.secondFactorOn : words.account.secondFactorOff}
      </p>
      {changing.error ? <Trouble>{refusalOf(changing.error, words)}</Trouble> : null}
      <TextField
        label={words.account.yourPassword}
        type="password"
        autoComplete="current-password"
        value={password}
        onChange={({ target }) => setPassword(target.value)}
      />
      <div>
        <Button
          type="submit"
          look={isOn ? "danger" : "plain"}
          disabled={changing.isPending || password === ""}
        >
          {isOn ? words.account.turnOff : words.account.turnOn}
        </Button>
      </div>
    </form>
  );
}

function Enrol({ enrolment, onDone }: { readonly enrolment: Enrolment; readonly onDone: () => void }) {
  const words = useWords();
  const client = useQueryClient();
  const [code, setCode] = useState("");
  const secret = new URL(enrolment.totpURI).searchParams.get("secret") ?? "";
  const verifying = useMutation({
    mutationFn: () => postAuth("/two-factor/verify-totp", { code: code.trim() }),
    onSuccess: async () => {
      announce(words.account.secondFactorIsOn);
      await client.invalidateQueries({ queryKey: keys.session });
      onDone();
    },
    onError: () => setCode(""),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    verifying.mutate();
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4" noValidate>
      <div className="flex flex-wrap gap-5">
        <QrCode text={enrolment.totpURI} label={words.account.scan} />
        <div className="flex max-w-sm min-w-0 flex-col gap-2 text-sm">
          <p>{words.account.scan}</p>
          <p className="text-ink-muted">{words.account.scanInstead}</p>
          <code className="text-xs break-all">{secret}</code>
        </div>
      </div>
      <div>
        <p className="text-sm">{words.account.keepCodes}</p>
        <ul className="mt-2 grid max-w-sm grid-cols-2 gap-x-6 gap-y-1 rounded bg-sunken px-3 py-2 font-mono text-xs">
          {enrolment.backupCodes.map((each) => (
            <li key={each}>{each}</li>
          ))}
        </ul>
      </div>
      {verifying.error ? <Trouble>{refusalOf(verifying.error, words)}</Trouble> : null}
      <div className="flex max-w-sm items-end gap-2">
        <div className="flex-1">
          <TextField
            label={words.account.codeOfApp}
            inputMode="numeric"
            autoComplete="one-time-code"
            className="tabular-nums"
            value={code}
            onChange={({ target }) => setCode(target.value)}
          />
        </div>
        <Button
          type="submit"
          look="primary"
          className="h-8!"
          disabled={verifying.isPending || code.trim() === ""}
        >
          {words.account.turnOn}
        </Button>
        <Button className="h-8!" onClick={onDone}>
          {words.actions.cancel}
        </Button>
      </div>
    </form>
  );
}
