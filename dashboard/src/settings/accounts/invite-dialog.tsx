/** Invites a person: makes the link to hand over. */
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import type { IssuedLink, NewPerson } from "../../../../src/contract/api/accounts/people.ts";
import { request } from "../../api/request.ts";
import { SelectField, TextField } from "../../design/field.tsx";
import { PickMany } from "../../design/picker.tsx";
import { FormDialog, fieldError } from "../../forms/form-dialog.tsx";
import { useWords } from "../../words/words.tsx";
import { useTagChoices } from "../choices.ts";
import { ShownOnce } from "./shown-once.tsx";

const roles = ["viewer", "editor", "administrator"] as const;

export function InviteDialog({
  onClose,
  onInvited,
}: {
  readonly onClose: () => void;
  readonly onInvited: () => void;
}) {
  const words = useWords();
  const tagChoices = useTagChoices();
  const [role, setRole] = useState<(typeof roles)[number]>("viewer");
  const [tags, setTags] = useState<readonly string[]>([]);
  const inviting = useMutation({
    mutationFn: async (person: NewPerson) =>
      (await request<IssuedLink>("/people", { method: "POST", body: person })).content,
    onSuccess: onInvited,
  });
  return (
    <FormDialog
      title={words.settings.addPerson}
      submit={words.settings.invite}
      isPending={inviting.isPending}
      error={inviting.error}
      done={inviting.data ? <ShownOnce hint={words.settings.invited} secret={inviting.data.url} /> : null}
      onClose={onClose}
      onSubmit={(given) =>
        inviting.mutate({
          name: String(given.get("name")),
          email: String(given.get("email")),
          role,
          tags: tags.length === 0 || role === "administrator" ? null : [...tags],
        })
      }
    >
      <TextField
        name="name"
        label={words.settings.personName}
        error={fieldError(inviting.error, "name")}
        required
        autoFocus
      />
      <TextField
        name="email"
        type="email"
        label={words.account.email}
        error={fieldError(inviting.error, "email")}
        required
      />
      <SelectField
        label={words.settings.role}
        hint={words.settings.roleHints[role]}
        value={role}
        onChange={({ target }) => setRole(roles.find((each) => each === target.value) ?? "viewer")}
        options={roles.map((value) => ({ value, label: words.settings.roles[value] }))}
      />
      {role === "administrator" ? null : (
        <PickMany
          label={words.settings.visibleTags}
          hint={words.settings.visibleTagsHint}
          error={fieldError(inviting.error, "tags")}
          choices={tagChoices}
          takesOthers
          values={tags}
          onChange={setTags}
        />
      )}
    </FormDialog>
  );
}
