/** Whether what the page shows is live. */
import { classNames } from "../design/class-names.ts";
import { useLiveState } from "../live/use-live.ts";
import { useWords } from "../words/words.tsx";

export function LiveMark() {
  const words = useWords();
  const state = useLiveState();
  const interrupted = state === "reconnecting";
  return (
    <span
      role="status"
      title={words.live.hint[state]}
      className={classNames(
        "flex h-7 items-center gap-1.5 rounded px-2 text-xs font-medium",
        interrupted ? "bg-degraded-wash text-degraded" : "text-ink-faint",
      )}
    >
      <svg width="8" height="8" viewBox="0 0 8 8" aria-hidden className={state === "live" ? "text-up" : ""}>
        <circle
          cx="4"
          cy="4"
          r="3"
          fill={state === "live" ? "currentColor" : "none"}
          stroke="currentColor"
          strokeWidth="1.5"
        />
      </svg>
      <span className={interrupted ? "" : "max-md:sr-only"}>{words.live[state]}</span>
    </span>
  );
}
