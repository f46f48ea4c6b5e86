/**
 * The results in a batch of events. Each iteration parses the events again, so memory holds the bytes of thousands of
 * events and not the parsed objects.
 */
import type { CheckResult } from "../../contract/checks/check-result.ts";
import { UnreadableEventError } from "../../contract/checks/read-check-result.ts";
import { messageOf } from "../../contract/errors.ts";
import type { ConsumedEvent } from "../../contract/events/event.ts";
import { RefusedError } from "../failures.ts";
import type { DeadLetterReason } from "./dead-letter.ts";

export class ReadResults implements Iterable<CheckResult> {
  /** Events that cannot be recorded, with the reasons; shared with the halves. Complete after one full iteration. */
  readonly refused: Map<ConsumedEvent, DeadLetterReason>;
  readonly #events: readonly ConsumedEvent[];
  readonly #read: (event: ConsumedEvent) => CheckResult;

  /** An error that `read` throws refuses only that event. */
  constructor(
    events: readonly ConsumedEvent[],
    read: (event: ConsumedEvent) => CheckResult,
    refused: Map<ConsumedEvent, DeadLetterReason> = new Map(),
  ) {
    this.refused = refused;
    this.#events = events;
    this.#read = read;
  }

  *[Symbol.iterator](): Iterator<CheckResult> {
    for (const event of this.#events) {
      if (this.refused.size > 0 && this.refused.has(event)) continue;
      const result = this.#resultOf(event);
      if (result !== null) yield result;
    }
  }

  /** The events that have not been refused so far. */
  acceptable(): readonly ConsumedEvent[] {
    return this.#events.filter((event) => !this.refused.has(event));
  }

  /** The acceptable events in two halves. */
  halves(): readonly [ReadResults, ReadResults] {
    const events = this.acceptable();
    const middle = Math.ceil(events.length / 2);
    return [
      new ReadResults(events.slice(0, middle), this.#read, this.refused),
      new ReadResults(events.slice(middle), this.#read, this.refused),
    ];
  }

  #resultOf(event: ConsumedEvent): CheckResult | null {
    try {
      if (event.unreadable !== undefined) throw new UnreadableEventError(event.unreadable);
      return this.#read(event);
    } catch (error) {
      this.refused.set(event, reasonOf(error));
      return null;
    }
  }
}

/** Converts an error to the reason why an event cannot be recorded. */
export function reasonOf(error: unknown): DeadLetterReason {
  if (error instanceof RefusedError) return { code: error.code, reason: error.message };
  if (error instanceof UnreadableEventError) return { code: "unreadable", reason: error.message };
  return { code: "unexpected", reason: messageOf(error) };
}
