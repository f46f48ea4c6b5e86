/**
 * The position of one pipeline in the backlog of an outbox.
 *
 * Rows up to `afterId` need not be read again: each is settled, or its key is held. A key is `held` from the first row
 * whose outcome is unknown; no later row with that key is published before it. The pipeline retries all held keys
 * together, from the first held row on, after a pause that doubles until a row succeeds. When rows up to `afterId` may
 * have changed (new lanes, released parked rows), the position rewinds to the start.
 */
import type { OutboxRead, OutboxRow, ReadRange } from "./ports.ts";

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 10_000;
/** At this many held keys the pipeline reads no further and only retries. */
const MOST_HELD_KEYS = 20_000;

/** One read: onwards from the position, or a retry of the held rows. */
export interface Step {
  readonly kind: "onwards" | "retry";
  readonly afterId: ReadRange["afterId"];
}

export class BacklogPosition {
  #afterId = 0n;
  /** The first unsettled row of each held key. */
  readonly #held = new Map<string, bigint>();
  #pauseMs = FIRST_PAUSE_MS;
  #retryAtMs = 0;

  /** Returns what to read next; null while the pipeline can only wait for the next retry. */
  next(nowMs: number): Step | null {
    if (this.#held.size > 0 && nowMs >= this.#retryAtMs) {
      return { kind: "retry", afterId: smallest(this.#held.values()) - 1n };
    }
    if (this.#held.size >= MOST_HELD_KEYS) return null;
    return { kind: "onwards", afterId: this.#afterId };
  }

  /** Milliseconds until held rows are retried; null when there are none. */
  retryInMs(nowMs: number): number | null {
    return this.#held.size === 0 ? null : Math.max(0, this.#retryAtMs - nowMs);
  }

  /** Whether this step must skip a row, because an earlier row with its key is undecided. */
  passesOver(step: Step, row: OutboxRow): boolean {
    return step.kind === "onwards" && this.#held.has(keyOf(row));
  }

  /** Makes the pipeline read everything again from the start. */
  rewind(): void {
    this.#moveTo(0n);
  }

  /**
   * Updates the position after a step. `undecided` are the step's rows with unknown outcomes. The position never moves
   * past `visibleUpToId`. Returns whether the position or the held keys changed.
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
      // Earlier steps skipped rows of the released keys: read them again.
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

  /** Forgets held keys whose first row comes after the new position: reading on finds them again. */
  #moveTo(afterId: bigint): void {
    this.#afterId = afterId;
    for (const [key, firstId] of this.#held) if (firstId > afterId) this.#held.delete(key);
  }
}

/** The ordering key: rows of one topic and key keep their order. A row without a key has an ordering key of its own. */
export function keyOf({ id, event: { topic, key } }: OutboxRow): string {
  return key === null ? `${id}` : `${topic}\u0000${key}`;
}

function smallest(ids: Iterable<bigint>): bigint {
  let least: bigint | null = null;
  for (const id of ids) if (least === null || id < least) least = id;
  return least ?? 0n;
}
