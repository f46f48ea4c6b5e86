/** Messages on their way to the corner: they wait until what shows them is loaded. */
export interface Message {
  readonly title: string;
  readonly detail?: string;
  readonly kind: "done" | "failed";
  readonly undo?: { readonly label: string; readonly run: () => void };
}

const waiting: Message[] = [];
let show: ((message: Message) => void) | null = null;
let isWanted = false;
let wantedListener = () => {};

export function addMessage(message: Message): void {
  if (show !== null) {
    show(message);
    return;
  }
  waiting.push(message);
  isWanted = true;
  wantedListener();
}

/** Takes all messages from now on, and those that wait. */
export function takeMessages(take: (message: Message) => void): void {
  show = take;
  for (const message of waiting.splice(0)) take(message);
}

/** Whether there has been a message. */
export function hasMessages(): boolean {
  return isWanted;
}

export function onFirstMessage(listener: () => void): () => void {
  wantedListener = listener;
  return () => {
    wantedListener = () => {};
  };
}
