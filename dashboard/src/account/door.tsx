/** The frame of the pages before the dashboard: one column, one thing to do. */
import type { ReactNode } from "react";
import { useWords } from "../words/words.tsx";

export function Door({
  title,
  lead,
  children,
}: {
  readonly title: string;
  readonly lead?: ReactNode;
  readonly children?: ReactNode;
}) {
  const words = useWords();
  return (
    <main className="mx-auto flex min-h-dvh w-full max-w-sm flex-col px-5 pt-[14vh] pb-16">
      <p className="text-sm font-semibold tracking-tight text-ink-faint">{words.product}</p>
      <h1 className="mt-2 text-2xl font-semibold tracking-tight">{title}</h1>
      {lead ? <p className="mt-2 text-base text-ink-muted">{lead}</p> : null}
      {children ? <div className="mt-7">{children}</div> : null}
    </main>
  );
}

/** What went wrong, where the whole form is meant. */
export function Trouble({ children }: { readonly children: ReactNode }) {
  return (
    <p role="alert" className="rounded bg-down-wash px-3 py-2 text-sm text-down">
      {children}
    </p>
  );
}

/** Buttons of a door are as wide as its fields and easy to hit. */
export const doorButton = "h-10! w-full text-base!";
export const doorField = "h-10! text-base!";
