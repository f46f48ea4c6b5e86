/** Changes one's own password. Whoever else is signed in with the old one is signed out. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Button } from "../design/button.tsx";
import { TextField } from "../design/field.tsx";
import { announce } from "../design/toast.tsx";
import { useWords } from "../words/words.tsx";
import { postAuth } from "./auth-request.ts";
import { Trouble } from "./door.tsx";
import { isLongEnough, NewPasswordField } from "./new-password-field.tsx";
import { refusalOf } from "./refusal.ts";
import { sessionsKey } from "./sessions-section.tsx";

export function PasswordForm({ email }: { readonly email: string }) {
  const words = useWords();
  const client = useQueryClient();
  const [currentPassword, setCurrent] = useState("");
  const [newPassword, setNew] = useState("");
  const changing = useMutation({
    mutationFn: () => postAuth("/change-password", { currentPassword, newPassword }),
    onSuccess: () => {
      setCurrent("");
      setNew("");
      announce(words.account.passwordChanged);
      void client.invalidateQueries({ queryKey: sessionsKey });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    changing.mutate();
  };
  return (
    <form onSubmit={submit} className="flex max-w-sm flex-col gap-3" noValidate>
      {changing.error ? <Trouble>{refusalOf(changing.error, words)}</Trouble> : null}
      <input type="hidden" autoComplete="username" value={email} readOnly />
      <TextField
        label={words.account.currentPassword}
        type="password"
        autoComplete="current-password"
        value={currentPassword}
        onChange={({ target }) => setCurrent(target.value)}
      />
      <NewPasswordField label={words.account.nextPassword} value={newPassword} onText={setNew} />
      <div>
        <Button
          type="submit"
          disabled={changing.isPending || currentPassword === "" || !isLongEnough(newPassword)}
        >
          {words.account.changePassword}
        </Button>
      </div>
    </form>
  );
}
