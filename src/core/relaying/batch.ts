/**
 * The rows of one batch: which of them are published, and what was decided on each. While `afterParked` is `wait`, what
 * follows a refused row under its key and topic is left in the outbox, where it waits.
 */
import type { PublishOutcome } from "../events/ports.ts";
import { keyOf } from "./backlog-position.ts";
import type { OutboxRow, RowRefusal } from "./ports.ts";

/** What was decided on a row; `refusal` is null where it was acknowledged. */
export interface Verdict {
  readonly row: OutboxRow;
  readonly refusal: RowRefusal | null;
}

export interface BatchRules {
  readonly afterParked: "wait" | "pass";
  /** Topics whose rows wait, and are not parked, while the topic is missing or may not be written. */
  readonly waitsForTopic: (topic: string) => boolean;
}

/** What stands in the way of every row of a topic until an administrator mends it. */
const TOPIC_TROUBLE = new Set(["UNKNOWN_TOPIC_OR_PARTITION", "TOPIC_AUTHORIZATION_FAILED"]);

export class Batch {
  readonly #rules: BatchRules;
  /** Keys of refused rows, whose later rows wait. */
  readonly #blocked = new Set<string>();
  readonly publishable: readonly OutboxRow[];
  readonly verdicts: Verdict[] = [];
  /** Rows to try again, each with the reason why nothing was decided on it. */
  readonly undecided: { readonly row: OutboxRow; readonly reason: string }[] = [];

  /** `isAcknowledged` says which rows are in the log already. */
  constructor(rows: readonly OutboxRow[], isAcknowledged: (row: OutboxRow) => boolean, rules: BatchRules) {
    this.#rules = rules;
    this.publishable = rows.filter((row) => {
      if (this.#waits(row)) return false;
      if (isAcknowledged(row)) this.verdicts.push({ row, refusal: null });
      else if (row.refusal !== null) this.#refuse(row, row.refusal);
      else return true;
      return false;
    });
  }

  /** `outcomes` are those of the publishable rows, in their order. */
  decide(outcomes: readonly PublishOutcome[]): void {
    for (const [index, row] of this.publishable.entries()) {
      const outcome = outcomes[index];
      if (outcome?.kind === "acknowledged") this.verdicts.push({ row, refusal: null });
      else if (this.#waits(row)) continue;
      else if (outcome?.kind === "refused" && !this.#waitsForTopic(row, outcome)) this.#refuse(row, outcome);
      else this.undecided.push({ row, reason: outcome?.reason ?? "no outcome" });
    }
  }

  #waits(row: OutboxRow): boolean {
    return this.#blocked.has(keyOf(row));
  }

  #waitsForTopic({ event }: OutboxRow, { code }: RowRefusal): boolean {
    return TOPIC_TROUBLE.has(code) && this.#rules.waitsForTopic(event.topic);
  }

  #refuse(row: OutboxRow, { code, reason }: RowRefusal): void {
    this.verdicts.push({ row, refusal: { code, reason } });
    if (this.#rules.afterParked === "wait" && row.event.key !== null) this.#blocked.add(keyOf(row));
  }
}
