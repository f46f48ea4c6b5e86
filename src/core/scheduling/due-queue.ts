/** The sites of one monitor, ordered by when they are due. It contains a site at most once. */
import TinyQueue from "tinyqueue";
import type { Site } from "../../contract/checks/site.ts";

export interface DueCheck {
  readonly site: Site;
  /** The slot, milliseconds since the epoch. */
  readonly slotMs: number;
  /** When to start, milliseconds since the epoch: the slot itself, or later for a new site. */
  readonly dueMs: number;
}

export class DueQueue {
  #queue = newHeap();
  /** The valid entry of each site. Other entries in the heap were replaced or removed. */
  readonly #current = new Map<string, DueCheck>();

  get size(): number {
    return this.#current.size;
  }

  /** Schedules a site for a slot, and replaces its previous entry. */
  schedule(site: Site, slotMs: number, dueMs = slotMs): void {
    const entry = { site, slotMs, dueMs };
    this.#current.set(site.id, entry);
    this.#queue.push(entry);
  }

  remove(siteId: string): void {
    this.#current.delete(siteId);
  }

  clear(): void {
    this.#current.clear();
    this.#queue = newHeap();
  }

  /** When the next check is due, milliseconds since the epoch; undefined when the queue is empty. */
  nextDueMs(): number | undefined {
    this.#dropReplaced();
    return this.#queue.peek()?.dueMs;
  }

  /** Removes and returns the first check that is due at an instant; undefined when none is. */
  takeDue(nowMs: number): DueCheck | undefined {
    this.#dropReplaced();
    const first = this.#queue.peek();
    if (first === undefined || first.dueMs > nowMs) return undefined;
    this.#queue.pop();
    this.#current.delete(first.site.id);
    return first;
  }

  #dropReplaced(): void {
    for (let first = this.#queue.peek(); first !== undefined; first = this.#queue.peek()) {
      if (this.#current.get(first.site.id) === first) return;
      this.#queue.pop();
    }
  }
}

function newHeap(): TinyQueue<DueCheck> {
  return new TinyQueue<DueCheck>([], (a, b) => a.dueMs - b.dueMs);
}
