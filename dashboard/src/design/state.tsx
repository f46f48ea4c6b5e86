/** A site's state as shape, colour and word: each alone is enough to tell them apart. */
import type { ReactNode } from "react";
import { useWords } from "../words/words.tsx";
import { classNames } from "./class-names.ts";

export type ShownState = "up" | "degraded" | "down" | "pending" | "paused" | "not observed" | "maintenance";

const shapes: Record<ShownState, ReactNode> = {
  up: <circle cx="6" cy="6" r="4" fill="currentColor" />,
  degraded: <path d="M6 1.2 11.2 10.4H.8Z" fill="currentColor" />,
  down: <rect x="1.2" y="1.2" width="9.6" height="9.6" rx="1" fill="currentColor" />,
  pending: (
    <circle cx="6" cy="6" r="4" fill="none" stroke="currentColor" strokeWidth="1.5" strokeDasharray="2 1.6" />
  ),
  paused: <path d="M3 2h2v8H3zM7 2h2v8H7z" fill="currentColor" />,
  "not observed": <circle cx="6" cy="6" r="4" fill="none" stroke="currentColor" strokeWidth="1.5" />,
  maintenance: <path d="M6 .8 11.2 6 6 11.2.8 6Z" fill="currentColor" />,
};

export const stateColor: Record<ShownState, string> = {
  up: "text-up",
  degraded: "text-degraded",
  down: "text-down",
  pending: "text-idle",
  paused: "text-idle",
  "not observed": "text-idle",
  maintenance: "text-maintenance",
};

/** Only the shape. Give it a word beside it, or `labelled` to have one for screen readers. */
export function StateShape({
  state,
  size = 12,
  labelled = false,
}: {
  readonly state: ShownState;
  readonly size?: number;
  readonly labelled?: boolean;
}) {
  const words = useWords();
  return (
    <>
      <svg
        width={size}
        height={size}
        viewBox="0 0 12 12"
        aria-hidden
        className={classNames("shrink-0", stateColor[state])}
      >
        {shapes[state]}
      </svg>
      {labelled ? <span className="sr-only">{words.states[state]}</span> : null}
    </>
  );
}

/** Shape and word. */
export function StateLabel({ state }: { readonly state: ShownState }) {
  const words = useWords();
  return (
    <span className={classNames("inline-flex items-center gap-1.5 font-medium", stateColor[state])}>
      <StateShape state={state} size={10} />
      {words.states[state]}
    </span>
  );
}
