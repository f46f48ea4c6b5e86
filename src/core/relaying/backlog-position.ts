/**
 * Where one pipeline is in the backlog of an outbox.
 *
 * Rows up to `afterId` need not be read again: each is settled, or its key is held. A key is `held` from its first row
 * whose outcome is unknown: no later row of it is published before that one. All held keys are tried again together,
 * from the first held row on, after a pause that doubles while nothing of them gets through. Whatever may have changed
 * behind `afterId` (lanes gained, parked rows released) rewinds to the start.
 */
import type { OutboxRead, OutboxRow, ReadRange } from "./ports.ts";

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 10_000;
/** Rows of more keys than this are not passed over: the pipeline waits for those it holds. */
const MOST_HELD_KEYS = 20_000;

/** One read: onwards, or another try of the held rows. */
export interface Step {
  readonly kind: "onwards" | "retry";
  readonly afterId: ReadRange["afterId"];
}

export class BacklogPosition {
  #afterId = 0n;
  /** Of each held key its first unsettled row. */
  readonly #held = new Map<string, bigint>();
  #pauseMs = FIRST_PAUSE_MS;
  #retryAtMs = 0;

  /** What to read next; null while there is nothing to do but wait for the held rows. */
  next(nowMs: number): Step | null {
    if (this.#held.size > 0 && nowMs >= this.#retryAtMs) {
      return { kind: "retry", afterId: smallest(this.#held.values()) - 1n };
    }
    if (this.#held.size >= MOST_HELD_KEYS) return null;
    return { kind: "onwards", afterId: this.#afterId };
  }

  /** Milliseconds until held rows are tried again; null when there are none. */
  retryInMs(nowMs: number): number | null {
    return this.#held.size === 0 ? null : Math.max(0, this.#retryAtMs - nowMs);
  }

  /** Whether a row is left alone in this step, because an earlier one of its key is undecided. */
  passesOver(step: Step, row: OutboxRow): boolean {
    return step.kind === "onwards" && this.#held.has(keyOf(row));
  }

  /** Everything is read again from the start. */
  rewind(): void {
    this.#moveTo(0n);
  }

  /**
   * After a step: `undecided` are the rows of it whose fate is unknown. `visibleUpToId` bounds how far rows can be
   * passed over for good. Returns whether the position or what it holds changed.
   */
  finish(
    step: Step,
    read: Pick<OutboxRead, "upToId">,
    undecided: readonly OutboxRow[],
    visibleUpToId: bigint,
    nowMs: number,
  ): boolean {
    const readUpTo = read.upToId ?? visibleUpToId;
    const reached = readUpTo < visibleUpToId ? readUpTo : visibleUpToId;
    if (step.kind === "onwards") {
      const moved = reached > this.#afterId;
      if (moved) this.#afterId = reached;
      this.#hold(undecided, nowMs);
      return moved || undecided.length > 0;
    }
    const stillUndecided = new Set(undecided.map(keyOf));
    let released = false;
    for (const [key, firstId] of this.#held) {
      if ((read.upToId !== null && firstId > read.upToId) || stillUndecided.has(key)) continue;
      this.#held.delete(key);
      released = true;
    }
    if (released) {
      // Rows of released keys were passed over behind this step: read them again.
      if (reached < this.#afterId) this.#moveTo(reached);
      this.#pauseMs = FIRST_PAUSE_MS;
    } else {
      this.#pauseMs = Math.min(2 * this.#pauseMs, LONGEST_PAUSE_MS);
    }
    this.#retryAtMs = nowMs + this.#pauseMs;
    this.#hold(undecided, nowMs);
    return released;
  }

  #hold(undecided: readonly OutboxRow[], nowMs: number): void {
    if (undecided.length > 0 && this.#held.size === 0) {
      this.#pauseMs = FIRST_PAUSE_MS;
      this.#retryAtMs = nowMs + this.#pauseMs;
    }
    for (const row of undecided) {
      const firstId = this.#held.get(keyOf(row));
      if (firstId === undefined || row.id < firstId) this.#held.set(keyOf(row), row.id);
    }
  }

  /** Held keys whose first row lies behind the new position are found again by reading on. */
  #moveTo(afterId: bigint): void {
    this.#afterId = afterId;
    for (const [key, firstId] of this.#held) if (firstId > afterId) this.#held.delete(key);
  }
}

/** Rows of one topic and key keep their order; a row without a key stands for itself. */
export function keyOf({ id, event: { topic, key } }: OutboxRow): string {
  return key === null ? `${id}` : `${topic}\u0000${key}`;
}

function smallest(ids: Iterable<bigint>): bigint {
  let least: bigint | null = null;
  for (const id of ids) if (least === null || id < least) least = id;
  return least ?? 0n;
}
