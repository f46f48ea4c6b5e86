/** Short messages in the corner. One that reports a change which can be undone carries "Undo" and stays ten seconds. */
import { Toast } from "@base-ui/react/toast";
import { X } from "lucide-react";
import type { ReactNode } from "react";
import { useWords } from "../words/words.tsx";
import { IconButton } from "./button.tsx";

const manager = Toast.createToastManager();
const undoTimeoutMs = 10_000;

/** Says what happened. */
export function announce(title: string): void {
  manager.add({ title });
}

/** Says what failed, and what to do about it. It stays until it is closed. */
export function announceFailure(title: string, detail: string): void {
  manager.add({ title, description: detail, type: "failure", timeout: 0, priority: "high" });
}

/** Says what was changed and offers to take it back. */
export function announceWithUndo(title: string, undoLabel: string, undo: () => void): void {
  const id = manager.add({
    title,
    timeout: undoTimeoutMs,
    actionProps: {
      children: undoLabel,
      onClick() {
        manager.close(id);
        undo();
      },
    },
  });
}

export function Toasts({ children }: { readonly children: ReactNode }) {
  return (
    <Toast.Provider toastManager={manager} limit={3}>
      {children}
      <Toast.Portal>
        <Toast.Viewport className="fixed right-3 bottom-16 z-60 flex w-[calc(100vw-24px)] max-w-sm flex-col gap-2 sm:bottom-4">
          <ToastList />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  );
}

function ToastList() {
  const words = useWords();
  const { toasts } = Toast.useToastManager();
  return toasts.map((toast) => (
    <Toast.Root
      key={toast.id}
      toast={toast}
      className="rounded bg-ink text-on-ink shadow-float transition-opacity duration-100 data-[ending-style]:opacity-0 data-[starting-style]:opacity-0"
    >
      <Toast.Content className="flex items-start gap-3 py-2 pr-2 pl-3 text-sm">
        <div className="min-w-0 flex-1 py-0.5">
          <Toast.Title className="font-medium" />
          <Toast.Description className="mt-0.5 break-words opacity-80" />
        </div>
        <Toast.Action className="rounded px-2 py-0.5 font-semibold underline underline-offset-2" />
        <Toast.Close
          render={
            <IconButton
              label={words.actions.close}
              className="size-6 text-current opacity-70 hover:bg-transparent"
            >
              <X size={14} aria-hidden />
            </IconButton>
          }
        />
      </Toast.Content>
    </Toast.Root>
  ));
}
