/**
 * The results that events carry, read anew whenever somebody goes through them: what is kept of thousands of events is
 * their bytes, not the objects made of them.
 */
import type { CheckResult } from "../../contract/check-result.ts";
import type { ConsumedEvent } from "../../contract/event.ts";
import { UnreadableEventError } from "../../contract/read-check-result.ts";

export class ReadResults implements Iterable<CheckResult> {
  /** Events that carry no result, with the reason; those of its halves as well. Known once somebody has gone through. */
  readonly unreadable: Map<ConsumedEvent, string>;
  readonly #events: readonly ConsumedEvent[];
  readonly #read: (event: ConsumedEvent) => CheckResult;

  /** `read` throws `UnreadableEventError` for an event that carries no result. */
  constructor(
    events: readonly ConsumedEvent[],
    read: (event: ConsumedEvent) => CheckResult,
    unreadable: Map<ConsumedEvent, string> = new Map(),
  ) {
    this.#events = events;
    this.#read = read;
    this.unreadable = unreadable;
  }

  *[Symbol.iterator](): Iterator<CheckResult> {
    for (const event of this.#events) {
      if (this.unreadable.size > 0 && this.unreadable.has(event)) continue;
      const result = this.#resultOf(event);
      if (result !== null) yield result;
    }
  }

  /** The events that are not known to be unreadable. */
  readable(): readonly ConsumedEvent[] {
    return this.#events.filter((event) => !this.unreadable.has(event));
  }

  /** The readable ones, as two. */
  halves(): readonly [ReadResults, ReadResults] {
    const events = this.readable();
    const middle = Math.ceil(events.length / 2);
    return [
      new ReadResults(events.slice(0, middle), this.#read, this.unreadable),
      new ReadResults(events.slice(middle), this.#read, this.unreadable),
    ];
  }

  #resultOf(event: ConsumedEvent): CheckResult | null {
    try {
      return this.#read(event);
    } catch (error) {
      if (!(error instanceof UnreadableEventError)) throw error;
      this.unreadable.set(event, error.message);
      return null;
    }
  }
}
