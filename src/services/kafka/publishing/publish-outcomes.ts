/** What is decided about each event of one publish. An event is named by its index in the publish. */
import type { Event } from "../../../contract/events/event.ts";
import type { PublishOutcome } from "../../../core/events/ports.ts";

export class PublishOutcomes {
  readonly #events: readonly Event[];
  readonly #afterRefused: "wait" | "pass";
  readonly #outcomes: (PublishOutcome | undefined)[] = [];
  /** Keys with a refused event. */
  readonly #refusedKeys = new Set<string>();

  /** With `wait`, an event behind a refused one of its key is left for a later publish. */
  constructor(events: readonly Event[], afterRefused: "wait" | "pass") {
    this.#events = events;
    this.#afterRefused = afterRefused;
  }

  acknowledge(indexes: readonly number[]): void {
    for (const index of indexes) this.#outcomes[index] = { kind: "acknowledged" };
  }

  refuse(indexes: readonly number[], code: string, reason: string): void {
    for (const index of indexes) {
      this.#outcomes[index] = { kind: "refused", code, reason };
      const key = this.#keyNameOf(index);
      if (key !== null) this.#refusedKeys.add(key);
    }
  }

  /** Leaves undecided events to a later publish. */
  leave(indexes: readonly number[], reason: string): void {
    for (const index of indexes) this.#outcomes[index] ??= { kind: "unknown", reason };
  }

  /** Returns the events that may be sent, and leaves those that wait behind a refused one of their key. */
  sendable(indexes: readonly number[]): readonly number[] {
    if (this.#afterRefused === "pass" || this.#refusedKeys.size === 0) return indexes;
    return indexes.filter((index) => {
      const key = this.#keyNameOf(index);
      if (key === null || !this.#refusedKeys.has(key)) return true;
      this.leave([index], "an earlier event of its key was refused");
      return false;
    });
  }

  /** Whether any of the events is decided. */
  isDecided(indexes: readonly number[]): boolean {
    return indexes.some((index) => this.#outcomes[index] !== undefined);
  }

  /** One for each event, in their order; what is undecided so far is unknown, for this reason. */
  all(undecidedReason: string): readonly PublishOutcome[] {
    const undecided: PublishOutcome = { kind: "unknown", reason: undecidedReason };
    return this.#events.map((_, index) => this.#outcomes[index] ?? undecided);
  }

  #keyNameOf(index: number): string | null {
    const event = this.#events[index];
    return event === undefined || event.key === null ? null : `${event.topic}/${event.key}`;
  }
}
