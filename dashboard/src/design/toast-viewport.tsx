/** Where messages appear, newest last. */
import { Toast } from "@base-ui/react/toast";
import { X } from "lucide-react";
import { useWords } from "../words/words.tsx";
import { type Message, takeMessages } from "./toast-queue.ts";

const manager = Toast.createToastManager();
const undoTimeoutMs = 10_000;

export default function ToastViewport() {
  return (
    <Toast.Provider toastManager={manager} limit={3}>
      <Toast.Portal>
        <Toast.Viewport
          ref={(element) => {
            // The manager keeps nothing before the provider listens.
            if (element) takeMessages(show);
          }}
          className="fixed right-3 bottom-16 z-60 flex w-[calc(100vw-24px)] max-w-sm flex-col gap-2 sm:bottom-4"
        >
          <ToastList />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  );
}

function show({ title, detail, kind, undo }: Message): void {
  const id = manager.add({
    title,
    ...(detail === undefined ? {} : { description: detail }),
    ...(kind === "failed" ? { timeout: 0, priority: "high" } : {}),
    ...(undo === undefined
      ? {}
      : {
          timeout: undoTimeoutMs,
          actionProps: {
            children: undo.label,
            onClick() {
              manager.close(id);
              undo.run();
            },
          },
        }),
  });
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
        {/* It can be reached by Tab, so it is not hidden from screen readers either. */}
        <Toast.Close
          aria-hidden={false}
          aria-label={words.actions.close}
          className="rounded p-1 opacity-75 hover:opacity-100"
        >
          <X size={14} aria-hidden />
        </Toast.Close>
      </Toast.Content>
    </Toast.Root>
  ));
}
