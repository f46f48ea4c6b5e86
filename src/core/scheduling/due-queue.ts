/** The sites of one monitor in the order in which they are due. A site stands in it at most once. */
import TinyQueue from "tinyqueue";
import type { Site } from "../../contract/site.ts";

export interface DueCheck {
  readonly site: Site;
  /** The slot, milliseconds since the epoch. */
  readonly slotMs: number;
  /** When to start, milliseconds since the epoch: the slot itself, or later for a site that is new. */
  readonly dueMs: number;
}

export class DueQueue {
  #queue = newHeap();
  /** The entry that counts for each site; an entry in the heap that isn't here was replaced or removed. */
  readonly #current = new Map<string, DueCheck>();

  get size(): number {
    return this.#current.size;
  }

  /** Puts the site at a slot, in place of the slot it stood at. */
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

  /** When the next check is due, milliseconds since the epoch; undefined when there is no site. */
  nextDueMs(): number | undefined {
    this.#dropReplaced();
    return this.#queue.peek()?.dueMs;
  }

  /** Takes out the first check that is due at an instant; undefined when none is. */
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
