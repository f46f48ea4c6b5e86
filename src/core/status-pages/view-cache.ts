/**
 * Keeps what was made of each status page for a moment, so that many visitors cost one read. While the database is away,
 * the last state is served and said to be stale.
 */
import type { Clock } from "../clock.ts";
import { UnavailableError } from "../failures.ts";

export interface Cached<T> {
  readonly value: T;
  /** True when a newer read has failed. */
  readonly stale: boolean;
}

interface Entry<T> {
  value: T | null;
  readAtMs: number;
  stale: boolean;
  reading: Promise<void> | null;
}

export class ViewCache<T> {
  readonly #clock: Pick<Clock, "monotonicMs">;
  readonly #freshMs: number;
  readonly #most: number;
  readonly #entries = new Map<string, Entry<T>>();

  /** A value is fresh for `freshMs`; `most` values are kept. */
  constructor({
    clock,
    freshMs,
    most,
  }: {
    readonly clock: Pick<Clock, "monotonicMs">;
    readonly freshMs: number;
    readonly most: number;
  }) {
    this.#clock = clock;
    this.#freshMs = freshMs;
    this.#most = most;
  }

  /** Returns the value of `key`; reads it when it is not fresh. Throws what `read` throws where nothing is kept. */
  async get(key: string, read: () => Promise<T>): Promise<Cached<T>> {
    const entry = this.#entryOf(key);
    const ageMs = this.#clock.monotonicMs() - entry.readAtMs;
    if (entry.value !== null && ageMs < this.#freshMs) return { value: entry.value, stale: entry.stale };
    entry.reading ??= this.#read(entry, read);
    await entry.reading;
    if (entry.value === null) throw new UnavailableError("the status page was not read");
    return { value: entry.value, stale: entry.stale };
  }

  /** Makes every next `get` read again. */
  expire(): void {
    for (const entry of this.#entries.values()) entry.readAtMs = Number.NEGATIVE_INFINITY;
  }

  async #read(entry: Entry<T>, read: () => Promise<T>): Promise<void> {
    try {
      entry.value = await read();
      entry.stale = false;
    } catch (error) {
      if (!(error instanceof UnavailableError) || entry.value === null) throw error;
      entry.stale = true;
    } finally {
      entry.readAtMs = this.#clock.monotonicMs();
      entry.reading = null;
    }
  }

  /** The oldest entry leaves when there are too many. */
  #entryOf(key: string): Entry<T> {
    const known = this.#entries.get(key);
    if (known !== undefined) return known;
    const entry: Entry<T> = { value: null, readAtMs: Number.NEGATIVE_INFINITY, stale: false, reading: null };
    const [oldest] = this.#entries.keys();
    if (this.#entries.size >= this.#most && oldest !== undefined) this.#entries.delete(oldest);
    this.#entries.set(key, entry);
    return entry;
  }
}
