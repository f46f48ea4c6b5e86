// An outbox and a log in memory, whose every answer a test can hold back, and relays that work on them.
import { onTestFinished } from "vitest";
import type { Event } from "../../../src/contract/events/event.ts";
import type { EventPublisher, PublishOptions, PublishOutcome } from "../../../src/core/events/ports.ts";
import { UnavailableError } from "../../../src/core/failures.ts";
import type { Log } from "../../../src/core/log.ts";
import type { OutboxQueue, OutboxRead, OutboxRow, ReadRange } from "../../../src/core/relaying/ports.ts";
import { type RelayOptions, runRelay } from "../../../src/core/relaying/relay.ts";
import type { HeldClock } from "../../harness/held-clock.ts";

const LEASE_MS = 30_000;
const LANES = 4;

interface StoredRow {
  readonly row: OutboxRow;
  state: "unpublished" | "published" | "parked";
  code: string | null;
}

/** A row by its text; its key decides its lane. */
export interface Given {
  readonly text: string;
  readonly key?: string | null;
  readonly topic?: string;
}

export class MemoryOutbox {
  readonly #clock: HeldClock;
  readonly #rows: StoredRow[] = [];
  readonly #leases = new Map<number, { owner: string; untilMs: number }>();
  readonly #listeners = new Set<() => void>();
  #rewinds = 0n;
  /** Throws from it, as from the database. */
  fault: (call: "lease" | "read" | "mark" | "park", texts: readonly string[]) => void = () => {};
  /** A read that has its rows waits for this before it returns. */
  readReturns: Promise<void> = Promise.resolve();
  afterParked: "wait" | "pass" = "wait";
  reads = 0;

  constructor(clock: HeldClock) {
    this.#clock = clock;
  }

  insert(...given: readonly Given[]): void {
    for (const { text, key = "key", topic = "orders" } of given) {
      const id = BigInt(this.#rows.length + 1);
      const lane = key === null ? Number(id) % LANES : laneOf(key);
      const event: Event = { topic, key, headers: {}, value: Buffer.from(text) };
      const row: OutboxRow = { id, lane, sizeBytes: text.length, event, refusal: null };
      this.#rows.push({ row, state: "unpublished", code: null });
    }
    for (const listener of this.#listeners) listener();
  }

  texts(state: StoredRow["state"]): readonly string[] {
    return this.#rows.filter((stored) => stored.state === state).map(({ row }) => textOf(row.event));
  }

  /** As `sitewire outbox retry --all` does. */
  retryParked(): void {
    for (const stored of this.#rows) if (stored.state === "parked") stored.state = "unpublished";
    this.#rewinds += 1n;
  }

  /** The outbox as one relay reaches it. */
  queue(): OutboxQueue {
    return {
      leaseLanes: async (owner, leaseMs) => this.#lease(owner, leaseMs),
      releaseLanes: async (owner) => {
        for (const [lane, lease] of this.#leases) if (lease.owner === owner) this.#leases.delete(lane);
      },
      readUnpublished: async (lanes, range) => {
        this.fault("read", []);
        this.reads += 1;
        const read = this.#read(lanes, range);
        await this.readReturns;
        return read;
      },
      horizon: async () => ({ visibleUpToId: BigInt(this.#rows.length), rewinds: this.#rewinds }),
      markPublished: async (ids) => {
        this.fault("mark", this.#textsOf(ids));
        for (const id of ids) this.#stored(id).state = "published";
      },
      park: async (rows) => {
        this.fault("park", this.#textsOf(rows.map(({ id }) => id)));
        for (const { id, code } of rows) Object.assign(this.#stored(id), { state: "parked", code });
      },
      removePublished: async () => 0,
      reclaim: async () => true,
      backlog: async () => ({ unpublished: 0, parked: 0, oldestAgeMs: null }),
      parked: async () => [],
      retryParked: async () => 0,
      discardParked: async () => 0,
      onInserted: (listener, signal) => {
        this.#listeners.add(listener);
        signal.addEventListener("abort", () => this.#listeners.delete(listener), { once: true });
      },
    };
  }

  #lease(owner: string, leaseMs: number): readonly number[] {
    this.fault("lease", [owner]);
    const nowMs = this.#clock.monotonicMs();
    const lanes: number[] = [];
    for (let lane = 0; lane < LANES; lane += 1) {
      const lease = this.#leases.get(lane);
      if (lease !== undefined && lease.owner !== owner && lease.untilMs > nowMs) continue;
      this.#leases.set(lane, { owner, untilMs: nowMs + leaseMs });
      lanes.push(lane);
    }
    return lanes;
  }

  #read(lanes: readonly number[], { afterId, maxRows, maxBytes }: ReadRange): OutboxRead {
    const rows: OutboxRow[] = [];
    let bytes = 0;
    for (const { row, state } of this.#rows) {
      if (row.id <= afterId || state !== "unpublished" || !lanes.includes(row.lane) || this.#waits(row))
        continue;
      if (rows.length >= maxRows || (rows.length > 0 && bytes >= maxBytes)) {
        return { rows, upToId: rows.at(-1)?.id ?? null };
      }
      rows.push(row);
      bytes += row.sizeBytes;
    }
    return { rows, upToId: null };
  }

  #waits({ id, event: { key, topic } }: OutboxRow): boolean {
    if (this.afterParked === "pass") return false;
    return this.#rows.some(
      ({ row, state }) =>
        state === "parked" &&
        row.id < id &&
        row.event.key === key &&
        row.event.topic === topic &&
        key !== null,
    );
  }

  #stored(id: bigint): StoredRow {
    const stored = this.#rows[Number(id) - 1];
    if (stored === undefined) throw new Error(`there is no row ${id}`);
    return stored;
  }

  #textsOf(ids: readonly bigint[]): readonly string[] {
    return ids.map((id) => textOf(this.#stored(id).row.event));
  }
}

/** A log that decides on each event as the test says; `texts` are those that were written, in order. */
export class MemoryLog {
  readonly texts: string[] = [];
  /** How often each publish was called, with the texts it carried. */
  readonly calls: (readonly string[])[] = [];
  decide: (text: string, event: Event) => PublishOutcome = () => ({ kind: "acknowledged" });
  /** A publish waits for this before it writes anything; it writes nothing once its signal has aborted. */
  writes: Promise<void> = Promise.resolve();

  publisher(): EventPublisher {
    return { publish: (events, options) => this.#publish(events, options), close: async () => {} };
  }

  async #publish(
    events: readonly Event[],
    { signal, afterRefused = "pass" }: PublishOptions = {},
  ): Promise<readonly PublishOutcome[]> {
    this.calls.push(events.map(textOf));
    const aborted = new Promise<void>((resolve) => signal?.addEventListener("abort", () => resolve()));
    await Promise.race([this.writes, aborted]);
    const stopped = new Set<string>();
    return events.map((event): PublishOutcome => {
      if (signal?.aborted) return { kind: "unknown", reason: "not sent" };
      const key = `${event.topic} ${event.key}`;
      if (event.key !== null && stopped.has(key)) return { kind: "unknown", reason: "behind another" };
      const outcome = this.decide(textOf(event), event);
      if (outcome.kind === "acknowledged") this.texts.push(textOf(event));
      if (outcome.kind === "unknown" || (outcome.kind === "refused" && afterRefused === "wait"))
        stopped.add(key);
      return outcome;
    });
  }
}

interface Line {
  readonly message: string;
  readonly fields: object;
}

export class MemoryLines implements Log {
  readonly lines: Line[] = [];
  readonly debug = (): void => {};
  readonly info = (fields: object, message: string): void => void this.lines.push({ fields, message });
  readonly warn = this.info;
  readonly error = this.info;
}

/** Runs until the test is finished; a relay that rejects fails the test. */
export function startRelay(
  clock: HeldClock,
  outbox: MemoryOutbox,
  log: MemoryLog,
  given: Partial<RelayOptions> = {},
): { readonly stop: () => Promise<void> } {
  const ending = new AbortController();
  const running = runRelay(
    {
      queue: outbox.queue(),
      publisher: log.publisher(),
      clock,
      log: new MemoryLines(),
      owner: "one",
      batchSize: 10,
      pipelines: 1,
      pollMs: 1_000,
      leaseMs: LEASE_MS,
      afterParked: outbox.afterParked,
      waitsForTopic: () => false,
      keepPublishedMs: 60_000,
      ...given,
    },
    ending.signal,
  );
  const stop = async (): Promise<void> => {
    ending.abort();
    await running;
  };
  onTestFinished(stop);
  return { stop };
}

function textOf({ value }: Event): string {
  return new TextDecoder().decode(value ?? new Uint8Array());
}

export const unknown: PublishOutcome = { kind: "unknown", reason: "no leader" };

export function refused(code = "MESSAGE_TOO_LARGE"): PublishOutcome {
  return { kind: "refused", code, reason: `because of ${code}` };
}

export function away(): never {
  throw new UnavailableError("the database is away");
}

function laneOf(key: string): number {
  return [...key].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % LANES;
}
