/**
 * Decides which results hold evidence: when a failure begins or changes, once an hour while it lasts, and at the first
 * good result after it. Evidence takes up to a few kilobytes, and most results of a failure repeat it.
 */
import type { CheckResult } from "../../contract/checks/check-result.ts";

type Outcome = Pick<CheckResult, "verdict" | "error" | "statusCode">;

const UP = "up";
const AGAIN_AFTER_MS = 3_600_000;

export class ToldEvidence {
  #last = UP;
  #toldAtMs = Number.NEGATIVE_INFINITY;

  /** `nowMs`: milliseconds since the epoch. */
  isWanted(outcome: Outcome, nowMs: number): boolean {
    const now = described(outcome);
    if (now !== this.#last) return true;
    return now !== UP && nowMs - this.#toldAtMs >= AGAIN_AFTER_MS;
  }

  /** Remembers a result, and whether it holds evidence. */
  note(outcome: Outcome, told: boolean, nowMs: number): void {
    this.#last = described(outcome);
    if (told) this.#toldAtMs = nowMs;
  }
}

function described({ verdict, error, statusCode }: Outcome): string {
  return verdict === "up" ? UP : `${verdict} ${error?.code ?? ""} ${statusCode ?? ""}`;
}
