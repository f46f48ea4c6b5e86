/** One's own passkeys. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import type { Passkey } from "../../../src/contract/api/accounts/people.ts";
import { read, request } from "../api/request.ts";
import { Button } from "../design/button.tsx";
import { TextField } from "../design/field.tsx";
import { Failure, Loading, Section } from "../design/page.tsx";
import { RelativeTime } from "../design/relative-time.tsx";
import { useWords } from "../words/words.tsx";
import { Trouble } from "./door.tsx";
import { addPasskey, canUsePasskeys } from "./passkey.ts";
import { refusalOf } from "./refusal.ts";

const key = ["passkeys"];

export function PasskeysSection({ offered }: { readonly offered: boolean }) {
  const words = useWords();
  const client = useQueryClient();
  const passkeys = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => read<{ readonly items: readonly Passkey[] }>("/passkeys", signal),
  });
  const removing = useMutation({
    mutationFn: (id: string) => request(`/passkeys/${id}`, { method: "DELETE" }),
    onSuccess: () => client.invalidateQueries({ queryKey: key }),
  });
  if (passkeys.error) return <Failure error={passkeys.error} onRetry={() => void passkeys.refetch()} />;
  return (
    <Section title={words.account.passkeys}>
      {passkeys.data === undefined ? <Loading rows={1} /> : null}
      {removing.error ? <Trouble>{removing.error.message}</Trouble> : null}
      <ul className="max-w-xl divide-y divide-line">
        {passkeys.data?.items.map(({ id, name, createdAt, lastUsedAt }) => (
          <li key={id} className="flex items-center justify-between gap-3 py-1.5 text-sm">
            <span className="min-w-0 truncate font-medium">{name}</span>
            <span className="ml-auto text-ink-muted">
              <RelativeTime at={lastUsedAt ?? createdAt} />
            </span>
            <Button look="quiet" disabled={removing.isPending} onClick={() => removing.mutate(id)}>
              {words.account.remove}
            </Button>
          </li>
        ))}
      </ul>
      {offered && canUsePasskeys() ? (
        <AddPasskey />
      ) : (
        <p className="text-sm text-ink-muted">{words.account.passkeysNeedName}</p>
      )}
    </Section>
  );
}

function AddPasskey() {
  const words = useWords();
  const client = useQueryClient();
  const [name, setName] = useState("");
  const adding = useMutation({
    mutationFn: () => addPasskey(name.trim()),
    onSuccess: () => {
      setName("");
      return client.invalidateQueries({ queryKey: key });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    adding.mutate();
  };
  return (
    <form onSubmit={submit} className="mt-2 flex max-w-sm flex-col gap-3" noValidate>
      {adding.error ? <Trouble>{refusalOf(adding.error, words)}</Trouble> : null}
      <div className="flex items-end gap-2">
        <div className="flex-1">
          <TextField
            label={words.account.passkeyName}
            placeholder={words.account.passkeyExample}
            value={name}
            onChange={({ target }) => setName(target.value)}
          />
        </div>
        <Button type="submit" className="h-8!" disabled={adding.isPending || name.trim() === ""}>
          {words.account.addPasskey}
        </Button>
      </div>
    </form>
  );
}
