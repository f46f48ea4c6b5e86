/** A check made now, as state of a component: idle → running → done or failed. A new start ends the one before. */
import { useCallback, useEffect, useRef, useState } from "react";
import type { CheckAnswer, PhaseEvent } from "../../../src/contract/api/sites/checks.ts";
import { streamCheck } from "./check-stream.ts";

export interface CheckProgress {
  readonly state: "idle" | "running" | "done" | "failed";
  readonly phases: readonly PhaseEvent[];
  readonly answer: CheckAnswer | null;
  readonly error: Error | null;
}

const idle: CheckProgress = { state: "idle", phases: [], answer: null, error: null };

export function useCheck() {
  const [progress, setProgress] = useState(idle);
  const running = useRef<AbortController | null>(null);
  const stop = useCallback(() => {
    running.current?.abort();
    running.current = null;
    setProgress(idle);
  }, []);
  const start = useCallback(async (path: string, body: unknown): Promise<CheckAnswer | null> => {
    running.current?.abort();
    const controller = new AbortController();
    running.current = controller;
    const update = (change: (before: CheckProgress) => CheckProgress) => {
      if (running.current === controller) setProgress(change);
    };
    update(() => ({ ...idle, state: "running" }));
    try {
      const answer = await streamCheck(
        path,
        body,
        (phase) => update((before) => ({ ...before, phases: [...before.phases, phase] })),
        controller.signal,
      );
      update((before) => ({ ...before, state: "done", answer }));
      return controller.signal.aborted ? null : answer;
    } catch (error) {
      const failure = error instanceof Error ? error : new Error(String(error));
      update((before) => ({ ...before, state: "failed", error: failure }));
      return null;
    }
  }, []);
  useEffect(() => () => running.current?.abort(), []);
  return { progress, start, stop };
}
