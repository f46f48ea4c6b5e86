/** A check made now, watched phase by phase. */
import type { ReactNode } from "react";
import { Button } from "../design/button.tsx";
import { StateLabel } from "../design/state.tsx";
import { useFormat, useWords } from "../words/words.tsx";
import { EvidenceView } from "./evidence-view.tsx";
import { PhaseList } from "./phase-list.tsx";
import type { CheckProgress } from "./use-check.ts";

/** Phases while it runs, then the verdict with what was seen. */
export function CheckProgressView({
  progress,
  children,
}: {
  readonly progress: CheckProgress;
  /** Between the phases and what was seen. */
  readonly children?: ReactNode;
}) {
  const { state, phases, answer, error } = progress;
  return (
    <div className="flex flex-col gap-4">
      {answer ? <Verdict answer={answer} /> : null}
      {error ? <CheckFailure error={error} /> : null}
      <PhaseList phases={phases} running={state === "running"} />
      {children}
      {answer ? <EvidenceView result={answer.result} evidence={answer.evidence} withPhases={false} /> : null}
    </div>
  );
}

function Verdict({ answer }: { readonly answer: NonNullable<CheckProgress["answer"]> }) {
  const words = useWords();
  const format = useFormat();
  const { verdict, statusCode, responseTimeMs } = answer.result;
  return (
    <p className="flex flex-wrap items-baseline gap-x-3 text-lg" role="status">
      <StateLabel state={verdict} />
      {responseTimeMs === null ? null : (
        <span className="font-semibold">{format.milliseconds(responseTimeMs)}</span>
      )}
      {statusCode === null ? null : (
        <span className="text-sm text-ink-muted">{words.checking.status(statusCode)}</span>
      )}
    </p>
  );
}

function CheckFailure({ error }: { readonly error: Error }) {
  const words = useWords();
  return (
    <p role="alert" className="rounded bg-down-wash px-3 py-2 text-sm">
      {words.checking.failed}: {error.message}
    </p>
  );
}

/** The button that starts a check, and starts it again. */
export function CheckButton({
  progress,
  onStart,
}: {
  readonly progress: CheckProgress;
  readonly onStart: () => void;
}) {
  const words = useWords();
  return (
    <Button disabled={progress.state === "running"} onClick={onStart}>
      {progress.state === "running" ? words.checking.running : words.checking.again}
    </Button>
  );
}
