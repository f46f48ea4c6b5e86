/** Makes an API token and shows it once. */
import { useMutation } from "@tanstack/react-query";
import type { CreatedToken, NewToken } from "../../../../src/contract/api/accounts/tokens.ts";
import { request } from "../../api/request.ts";
import { useSession } from "../../api/session.ts";
import { SelectField, TextField } from "../../design/field.tsx";
import { FormDialog } from "../../forms/form-dialog.tsx";
import { useWords } from "../../words/words.tsx";
import { ShownOnce } from "./shown-once.tsx";

const dayMs = 86_400_000;
const expiries = ["30", "90", "365", "never"] as const;

export function NewTokenDialog({
  onClose,
  onMade,
}: {
  readonly onClose: () => void;
  readonly onMade: () => void;
}) {
  const words = useWords();
  const rights = useSession().data?.rights ?? [];
  const making = useMutation({
    mutationFn: async (token: NewToken) =>
      (await request<CreatedToken>("/tokens", { method: "POST", body: token })).content,
    onSuccess: onMade,
  });
  return (
    <FormDialog
      title={words.settings.addToken}
      submit={words.settings.makeToken}
      isPending={making.isPending}
      error={making.error}
      done={making.data ? <ShownOnce hint={words.settings.tokenMade} secret={making.data.token} /> : null}
      onClose={onClose}
      onSubmit={(given) => {
        const days = Number(given.get("expires"));
        making.mutate({
          name: String(given.get("name")),
          scopes: rights.filter((right) => given.getAll("scope").includes(right)),
          expiresAt: Number.isNaN(days) ? null : new Date(Date.now() + days * dayMs).toISOString(),
        });
      }}
    >
      <TextField name="name" label={words.settings.tokenName} required autoFocus />
      <fieldset className="flex flex-col gap-1.5">
        <legend className="mb-1 text-sm font-medium">{words.settings.scopes}</legend>
        {rights.map((right) => (
          <label key={right} className="flex items-center gap-2 text-sm">
            <input
              type="checkbox"
              className="checkbox"
              name="scope"
              value={right}
              defaultChecked={right === "read"}
            />
            {words.settings.scopeNames[right]}
          </label>
        ))}
      </fieldset>
      <SelectField
        name="expires"
        label={words.settings.expires}
        defaultValue="90"
        options={expiries.map((value) => ({ value, label: words.settings.expiries[value] }))}
      />
    </FormDialog>
  );
}
