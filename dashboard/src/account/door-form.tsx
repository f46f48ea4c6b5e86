/** The form of a door: what went wrong, the fields, and one button. */
import type { InputHTMLAttributes, ReactNode } from "react";
import { Button } from "../design/button.tsx";
import { TextField } from "../design/field.tsx";
import { useWords } from "../words/words.tsx";
import { doorButton, doorField, Trouble } from "./door.tsx";
import { refusalOf } from "./refusal.ts";

export function DoorForm({
  submit,
  submitting,
  isComplete,
  below,
  children,
}: {
  /** Label of the button. */
  readonly submit: string;
  readonly submitting: {
    readonly error: Error | null;
    readonly isPending: boolean;
    readonly mutate: () => void;
  };
  readonly isComplete: boolean;
  /** Below the button. */
  readonly below?: ReactNode;
  readonly children: ReactNode;
}) {
  const words = useWords();
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        submitting.mutate();
      }}
      className="flex flex-col gap-4"
      noValidate
    >
      {submitting.error ? <Trouble>{refusalOf(submitting.error, words)}</Trouble> : null}
      {children}
      <Button
        type="submit"
        look="primary"
        className={doorButton}
        disabled={submitting.isPending || !isComplete}
      >
        {submit}
      </Button>
      {below}
    </form>
  );
}

/** A field of such a form, with the text that it holds. */
export function DoorField({
  onText,
  className = "",
  ...rest
}: Omit<InputHTMLAttributes<HTMLInputElement>, "onChange"> & {
  readonly label: string;
  readonly value: string;
  readonly onText: (text: string) => void;
}) {
  return (
    <TextField
      {...rest}
      className={`${doorField} ${className}`}
      onChange={({ target }) => onText(target.value)}
    />
  );
}
