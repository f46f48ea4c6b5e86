/** Invites a person: makes the link to hand over. */
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useId, useState } from "react";
import type { IssuedLink, NewPerson } from "../../../src/contract/api/accounts/people.ts";
import { ApiError, request } from "../api/request.ts";
import { Button } from "../design/button.tsx";
import { Dialog } from "../design/dialog.tsx";
import { SelectField, TextField } from "../design/field.tsx";
import { useWords } from "../words/words.tsx";
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
  const form = useId();
  const [role, setRole] = useState<(typeof roles)[number]>("viewer");
  const inviting = useMutation({
    mutationFn: async (person: NewPerson) =>
      (await request<IssuedLink>("/people", { method: "POST", body: person })).content,
    onSuccess: onInvited,
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const given = new FormData(event.currentTarget);
    const tags = String(given.get("tags") ?? "")
      .split(",")
      .map((tag) => tag.trim())
      .filter((tag) => tag !== "");
    inviting.mutate({
      name: String(given.get("name")),
      email: String(given.get("email")),
      role,
      tags: tags.length === 0 ? null : tags,
    });
  };
  const fields = inviting.error instanceof ApiError ? inviting.error.fields : [];
  const errorOf = (name: string) => fields.find(({ field }) => field === name)?.message;
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={words.settings.addPerson}
      actions={
        inviting.data ? (
          <Button look="primary" onClick={onClose}>
            {words.actions.close}
          </Button>
        ) : (
          <Button look="primary" type="submit" form={form} disabled={inviting.isPending}>
            {words.settings.invite}
          </Button>
        )
      }
    >
      {inviting.data ? (
        <ShownOnce hint={words.settings.invited} secret={inviting.data.url} />
      ) : (
        <form id={form} className="flex flex-col gap-4" onSubmit={submit}>
          <TextField
            name="name"
            label={words.settings.personName}
            error={errorOf("name")}
            required
            autoFocus
          />
          <TextField
            name="email"
            type="email"
            label={words.account.email}
            error={errorOf("email")}
            required
          />
          <SelectField
            label={words.settings.role}
            hint={words.settings.roleHints[role]}
            value={role}
            onChange={(event) => setRole(roles.find((each) => each === event.target.value) ?? "viewer")}
            options={roles.map((value) => ({ value, label: words.settings.roles[value] }))}
          />
          {role === "administrator" ? null : (
            <TextField
              name="tags"
              label={words.settings.visibleTags}
              hint={words.settings.visibleTagsHint}
              error={errorOf("tags")}
            />
          )}
          {inviting.error && fields.length === 0 ? (
            <p role="alert" className="text-sm text-down">
              {inviting.error.message}
            </p>
          ) : null}
        </form>
      )}
    </Dialog>
  );
}
