/** Changes one's own password. Whoever else is signed in with the old one is signed out. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Button } from "../design/button.tsx";
import { TextField } from "../design/field.tsx";
import { announce } from "../design/toast.tsx";
import { useWords } from "../words/words.tsx";
import { postAuth } from "./auth-request.ts";
import { Trouble } from "./door.tsx";
import { refusalOf } from "./refusal.ts";
import { sessionsKey } from "./sessions-section.tsx";

const shortestPassword = 15;

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
  const length = [...newPassword].length;
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
      <TextField
        label={words.account.nextPassword}
        hint={
          length === 0 || length >= shortestPassword
            ? words.account.passwordHint
            : words.account.more(shortestPassword - length)
        }
        type="password"
        autoComplete="new-password"
        value={newPassword}
        onChange={({ target }) => setNew(target.value)}
      />
      <div>
        <Button
          type="submit"
          disabled={changing.isPending || currentPassword === "" || length < shortestPassword}
        >
          {words.account.changePassword}
        </Button>
      </div>
    </form>
  );
}
