/** The sites of one monitor in the order in which they are due. A site stands in it at most once. */
import TinyQueue from "tinyqueue";
import type { Site } from "../../contract/site.ts";

export interface DueCheck {
  readonly site: Site;
  /** The slot, milliseconds since the epoch. */
  readonly slotMs: number;
}

export class DueQueue {
  readonly #queue = new TinyQueue<DueCheck>([], (a, b) => a.slotMs - b.slotMs);
  /** The entry that counts for each site; an entry in the heap that isn't here was replaced or removed. */
  readonly #current = new Map<string, DueCheck>();

  get size(): number {
    return this.#current.size;
  }

  /** Puts the site at a slot, in place of the slot it stood at. */
  schedule(site: Site, slotMs: number): void {
    const entry = { site, slotMs };
    this.#current.set(site.id, entry);
    this.#queue.push(entry);
  }

  remove(siteId: string): void {
    this.#current.delete(siteId);
  }

  /** The next slot of all, milliseconds since the epoch; undefined when there is no site. */
  nextSlotMs(): number | undefined {
    this.#dropReplaced();
    return this.#queue.peek()?.slotMs;
  }

  /** Takes out the first check that is due at an instant; undefined when none is. */
  takeDue(nowMs: number): DueCheck | undefined {
    this.#dropReplaced();
    const first = this.#queue.peek();
    if (first === undefined || first.slotMs > nowMs) return undefined;
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
