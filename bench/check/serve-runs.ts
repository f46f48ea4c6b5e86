/** The child's side of `ownProcess`: makes the checks it is told, and says when they are done or what went wrong. */
import { repeat, type Target } from "./contest.ts";

interface Order {
  readonly target: Target;
  readonly checks: number;
}

/** `prepare` is called once; what it returns makes one check and throws when that fails. */
export function serveRuns(prepare: (target: Target) => (index: number) => Promise<void>): void {
  let check: ((index: number) => Promise<void>) | undefined;
  process.on("message", ({ target, checks }: Order) => {
    check ??= prepare(target);
    repeat(checks, check).then(
      () => process.send?.("done"),
      (error: unknown) => process.send?.(String(error)),
    );
  });
}
