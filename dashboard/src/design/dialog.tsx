/** A modal dialog: focus moves in, stays in and returns; Escape closes. */
import { Dialog as Base } from "@base-ui/react/dialog";
import { X } from "lucide-react";
import type { ReactNode } from "react";
import { useWords } from "../words/words.tsx";
import { Button, IconButton } from "./button.tsx";
import { classNames } from "./class-names.ts";

interface DialogProps {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  readonly title: string;
  readonly description?: ReactNode;
  readonly wide?: boolean;
  readonly children?: ReactNode;
  /** Buttons, the primary one last. */
  readonly actions?: ReactNode;
}

export function Dialog({
  open,
  onOpenChange,
  title,
  description,
  wide = false,
  children,
  actions,
}: DialogProps) {
  const words = useWords();
  return (
    <Base.Root open={open} onOpenChange={(next) => onOpenChange(next)}>
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 z-40 bg-scrim transition-opacity duration-100 data-[ending-style]:opacity-0 data-[starting-style]:opacity-0" />
        <Base.Popup
          className={classNames(
            "popup fixed top-[12vh] left-1/2 z-50 flex max-h-[80vh] w-[calc(100vw-24px)] -translate-x-1/2 flex-col",
            wide ? "max-w-2xl" : "max-w-md",
          )}
        >
          <div className="flex items-start justify-between gap-4 px-4 pt-4">
            <div>
              <Base.Title className="text-lg font-semibold">{title}</Base.Title>
              {description ? (
                <Base.Description className="mt-1 text-sm text-ink-muted">{description}</Base.Description>
              ) : null}
            </div>
            <Base.Close
              render={
                <IconButton label={words.actions.close} className="-mt-1 -mr-2">
                  <X size={16} aria-hidden />
                </IconButton>
              }
            />
          </div>
          {/* What is longer than the dialog is scrolled by keys, too. */}
          <div tabIndex={wide ? 0 : undefined} className="min-h-0 overflow-y-auto px-4 py-4">
            {children}
          </div>
          {actions ? (
            <div className="flex justify-end gap-2 border-t border-line px-4 py-3">{actions}</div>
          ) : null}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}

/** Asks before something that cannot be undone. What can be undone gets a toast with "Undo" instead. */
export function ConfirmDialog({
  confirm,
  onConfirm,
  ...rest
}: Omit<DialogProps, "actions"> & { readonly confirm: string; readonly onConfirm: () => void }) {
  const words = useWords();
  return (
    <Dialog
      {...rest}
      actions={
        <>
          <Button onClick={() => rest.onOpenChange(false)}>{words.actions.cancel}</Button>
          <Button
            look="danger"
            onClick={() => {
              rest.onOpenChange(false);
              onConfirm();
            }}
          >
            {confirm}
          </Button>
        </>
      }
    />
  );
}
