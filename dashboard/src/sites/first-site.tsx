/** The first minute: one field takes a URL, shows its first result phase by phase, and offers to keep watching it. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { type FormEvent, useId, useState } from "react";
import type { SiteDetail } from "../../../src/contract/api/sites/sites.ts";
import { keys } from "../api/query-client.ts";
import { ApiError, request } from "../api/request.ts";
import { useRight, useSession } from "../api/session.ts";
import { addressOf } from "../checking/address.ts";
import { CheckProgressView } from "../checking/check-now.tsx";
import { useCheck } from "../checking/use-check.ts";
import { Button, buttonClass } from "../design/button.tsx";
import { inputClass } from "../design/field.tsx";
import { useWords } from "../words/words.tsx";

export default function FirstSite() {
  const words = useWords();
  const id = useId();
  const [text, setText] = useState("");
  const [checkedUrl, setCheckedUrl] = useState("");
  const { progress, start, stop } = useCheck();
  const [isNoAddress, setIsNoAddress] = useState(false);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const url = addressOf(text);
    setIsNoAddress(url === null);
    if (url === null || url === "") return stop();
    setText(url);
    setCheckedUrl(url);
    void start("/check", { url });
  };
  const needsRight = progress.error instanceof ApiError && [401, 403].includes(progress.error.status);
  return (
    <div className="mx-auto w-full max-w-2xl px-4 pt-[12vh] pb-16">
      <h1 className="text-2xl font-semibold tracking-tight">{words.firstSite.title}</h1>
      <p className="mt-2 text-base text-ink-muted">{words.firstSite.lead}</p>
      <form onSubmit={submit} className="mt-6 flex gap-2" noValidate>
        <label htmlFor={id} className="sr-only">
          {words.firstSite.address}
        </label>
        <input
          id={id}
          // biome-ignore lint/a11y/noAutofocus: the page has this one field, and it is what the reader came for
          autoFocus
          type="url"
          inputMode="url"
          autoCapitalize="off"
          autoComplete="url"
          spellCheck={false}
          placeholder="example.org"
          value={text}
          aria-invalid={isNoAddress}
          aria-describedby={isNoAddress ? `${id}-error` : undefined}
          onChange={({ target }) => {
            setText(target.value);
            setIsNoAddress(false);
          }}
          className={`${inputClass} h-11! text-base!`}
        />
        <Button
          type="submit"
          look="primary"
          className="h-11! px-4!"
          disabled={text.trim() === "" || progress.state === "running"}
        >
          {progress.state === "running" ? words.checking.running : words.firstSite.check}
        </Button>
      </form>
      {isNoAddress ? (
        <p id={`${id}-error`} role="alert" className="mt-2 text-sm text-down">
          {words.firstSite.noAddress}
        </p>
      ) : null}
      {needsRight ? (
        <div className="mt-8">
          <SignInHint />
        </div>
      ) : progress.state === "idle" ? null : (
        <div className="mt-8">
          <CheckProgressView progress={progress}>
            {progress.answer ? <KeepWatching url={checkedUrl} /> : null}
          </CheckProgressView>
        </div>
      )}
    </div>
  );
}

function KeepWatching({ url }: { readonly url: string }) {
  const words = useWords();
  const mayEdit = useRight("edit");
  const client = useQueryClient();
  const navigate = useNavigate();
  const adding = useMutation({
    mutationFn: async () => (await request<SiteDetail>("/sites", { method: "POST", body: { url } })).content,
    onSuccess: async ({ id }) => {
      await navigate({ to: "/sites/$id", params: { id } });
      await client.invalidateQueries({ queryKey: keys.sites });
    },
  });
  if (!mayEdit) return <SignInHint />;
  return (
    <div className="flex flex-wrap items-center gap-3 border-y border-line py-4">
      <Button look="primary" disabled={adding.isPending} onClick={() => adding.mutate()}>
        {words.firstSite.keepWatching}
      </Button>
      <span className="text-sm text-ink-muted">{words.firstSite.everyMinute}</span>
      {adding.error ? (
        <p role="alert" className="w-full text-sm text-down">
          {adding.error.message}
        </p>
      ) : null}
    </div>
  );
}

function SignInHint() {
  const words = useWords();
  const session = useSession().data;
  return (
    <div className="rounded bg-sunken px-4 py-3 text-sm">
      <p className="font-medium">{words.firstSite.rightsNeeded}</p>
      <p className="mt-1 text-ink-muted">
        {session?.setupNeeded ? words.checking.setupHint : words.firstSite.signInHint}
      </p>
      {session?.setupNeeded ? null : (
        <Link to="/sign-in" className={`${buttonClass()} mt-3`}>
          {words.actions.signIn}
        </Link>
      )}
    </div>
  );
}
