/**
 * One batch of rows: which rows to publish, and the verdict on each. While `afterParked` is `wait`, later rows with the
 * topic and key of a refused row stay in the outbox.
 */
import type { PublishOutcome } from "../events/ports.ts";
import { keyOf } from "./backlog-position.ts";
import type { OutboxRow, RowRefusal } from "./ports.ts";

/** The verdict on a row; `refusal` is null when the row was acknowledged. */
export interface Verdict {
  readonly row: OutboxRow;
  readonly refusal: RowRefusal | null;
}

export interface BatchRules {
  readonly afterParked: "wait" | "pass";
  /** Whether rows of a topic wait, instead of being parked, while the topic is missing or write access is denied. */
  readonly waitsForTopic: (topic: string) => boolean;
}

/** Errors that affect every row of a topic until an administrator fixes the topic. */
const TOPIC_TROUBLE = new Set(["UNKNOWN_TOPIC_OR_PARTITION", "TOPIC_AUTHORIZATION_FAILED"]);

export class Batch {
  readonly #rules: BatchRules;
  /** Keys of refused rows, whose later rows wait. */
  readonly #blocked = new Set<string>();
  readonly publishable: readonly OutboxRow[];
  readonly verdicts: Verdict[] = [];
  /** Rows to retry, each with the reason why it is undecided. */
  readonly undecided: { readonly row: OutboxRow; readonly reason: string }[] = [];

  /** `isAcknowledged` returns true for rows that the event log already holds. */
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

  /** Applies the outcomes of the publishable rows, in the same order. */
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
