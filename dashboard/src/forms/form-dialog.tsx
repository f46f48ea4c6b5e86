/** A dialog with a form: what is wrong with a field stands at the field, everything else above the buttons. */
import { type ReactNode, useId } from "react";
import { ApiError } from "../api/request.ts";
import { Button } from "../design/button.tsx";
import { Dialog } from "../design/dialog.tsx";
import { useWords } from "../words/words.tsx";

export function FormDialog({
  title,
  description,
  submit,
  wide = false,
  isPending,
  error,
  done = null,
  extra,
  onSubmit,
  onClose,
  children,
}: {
  readonly title: string;
  readonly description?: ReactNode;
  /** Label of the button that submits. */
  readonly submit: string;
  readonly wide?: boolean;
  readonly isPending: boolean;
  readonly error: Error | null;
  /** In place of the form once it was submitted, such as a secret that is shown once. */
  readonly done?: ReactNode;
  /** Further buttons, before those of the form. */
  readonly extra?: ReactNode;
  readonly onSubmit: (given: FormData) => void;
  readonly onClose: () => void;
  readonly children: ReactNode;
}) {
  const words = useWords();
  const form = useId();
  const isDone = done !== null;
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={title}
      description={description}
      wide={wide}
      actions={
        isDone ? (
          <Button look="primary" onClick={onClose}>
            {words.actions.close}
          </Button>
        ) : (
          <>
            {extra ? <div className="mr-auto flex gap-2">{extra}</div> : null}
            <Button onClick={onClose}>{words.actions.cancel}</Button>
            <Button look="primary" type="submit" form={form} disabled={isPending}>
              {submit}
            </Button>
          </>
        )
      }
    >
      {isDone ? (
        done
      ) : (
        <form
          id={form}
          className="flex flex-col gap-4"
          onSubmit={(event) => {
            event.preventDefault();
            onSubmit(new FormData(event.currentTarget));
          }}
        >
          {children}
          <FormError error={error} />
        </form>
      )}
    </Dialog>
  );
}

/** What a request failed of, unless that stands at its fields already. */
export function FormError({ error }: { readonly error: Error | null }) {
  if (error === null || (error instanceof ApiError && error.fields.length > 0)) return null;
  return (
    <p role="alert" className="text-sm break-words text-down">
      {error.message}
    </p>
  );
}

/** What the server says of one field. `name` as the request has it, such as `settings.url`. */
export function fieldError(error: Error | null, name: string): string | undefined {
  if (!(error instanceof ApiError)) return undefined;
  return error.fields.find(({ field }) => field === name)?.message;
}
