/** Reads the whole pipeline, for all who ask within a second at once. */
import type { Pipeline } from "../../../contract/api/pipeline/pipeline.ts";
import type { Clock } from "../../../core/clock.ts";
import {
  type PipelineCounting,
  type PipelineCounts,
  type RateSample,
  ratesBetween,
} from "../../../core/diagnosis/pipeline-counts.ts";
import type { PartitionLag } from "../../../core/events/ports.ts";
import { UnavailableError } from "../../../core/failures.ts";
import { readOpenDeadLetters } from "../../../core/recording/open-dead-letters.ts";
import type { OutboxQueue } from "../../../core/relaying/ports.ts";
import type { EventLog } from "../../wiring/event-log/event-log.ts";

const READ_AGAIN_AFTER_MS = 1000;
/** Kafka's answer takes connections of its own, and dead letters are counted by reading their topic. */
const LAG_AGAIN_AFTER_MS = 2000;
const LETTERS_AGAIN_AFTER_MS = 15_000;
const LETTERS_TIMEOUT_MS = 20_000;

export interface PipelineResources {
  readonly counting: PipelineCounting;
  readonly queue: Pick<OutboxQueue, "backlog">;
  readonly leaseMs: number;
  /** In words, without secrets. */
  readonly database: string;
  readonly log: {
    readonly kind: "kafka" | "embedded";
    readonly description: string;
    readonly topics: readonly string[];
    readonly lag: () => Promise<readonly PartitionLag[]>;
    readonly countDeadLetters: (count: (log: EventLog) => Promise<number>) => Promise<number>;
  };
  readonly clock: Clock;
}

/** A reading of the event log: what it answered, or why it did not. */
interface LogReading {
  readonly partitions: readonly PartitionLag[] | null;
  readonly problem: string | null;
}

export class PipelineReading {
  readonly #resources: PipelineResources;
  readonly #pipeline: Cached<Pipeline>;
  readonly #lag: Cached<LogReading>;
  readonly #letters: Cached<number | null>;
  #sample: RateSample | null = null;

  constructor(resources: PipelineResources) {
    this.#resources = resources;
    const { clock } = resources;
    this.#pipeline = new Cached(() => this.#read(), READ_AGAIN_AFTER_MS, clock);
    this.#lag = new Cached(() => this.#readLag(), LAG_AGAIN_AFTER_MS, clock);
    this.#letters = new Cached(() => this.#countLetters(), LETTERS_AGAIN_AFTER_MS, clock);
  }

  /** Throws `UnavailableError` when the database cannot serve. */
  async current(): Promise<Pipeline> {
    return await this.#pipeline.value();
  }

  async #read(): Promise<Pipeline> {
    const { counting, queue, database, log, clock } = this.#resources;
    const [counts, backlog, { partitions, problem }, open] = await Promise.all([
      counting.counts(),
      queue.backlog(),
      this.#lag.value(),
      this.#letters.value(),
    ]);
    const nowMs = clock.now();
    const { inserted, recorded } = counts;
    const sample = {
      atMs: clock.monotonicMs(),
      inserted,
      recorded,
      unpublished: backlog.unpublished + backlog.parked,
    };
    const rates = ratesBetween(this.#sample, sample);
    this.#sample = sample;
    const topics = log.topics.map((name) => {
      const own = (partitions ?? []).filter(({ topic }) => topic === name);
      return { name, partitions: own.length, lag: lagOf(own) };
    });
    const isKafka = log.kind === "kafka";
    return {
      at: new Date(nowMs).toISOString(),
      monitors: this.#monitorsOf(counts),
      outbox: {
        waiting: backlog.unpublished,
        oldestAgeMs: backlog.oldestAgeMs,
        parked: backlog.parked,
        ratePerSecond: rates.insertedPerSecond,
      },
      relay: isKafka ? { owners: [...counts.relays], ratePerSecond: rates.publishedPerSecond } : null,
      log: { kind: log.kind, description: log.description, topics, problem },
      consumer: {
        lag: partitions === null ? null : lagOf(partitions),
        ratePerSecond: rates.recordedPerSecond,
      },
      deadLetters: { open },
      database: { description: database },
      results: {
        ratePerSecond: rates.recordedPerSecond,
        newestAt: counts.newestResultMs === null ? null : new Date(counts.newestResultMs).toISOString(),
      },
    };
  }

  /** A monitor renews its lease for `leaseMs`, so it was alive that long before the lease ends. */
  #monitorsOf({ monitors }: PipelineCounts): Pipeline["monitors"] {
    return monitors.map(({ owner, location, shards, sites, expiresAtMs }) => {
      const seenAt = new Date(expiresAtMs - this.#resources.leaseMs).toISOString();
      return { owner, location, shards, sites, seenAt };
    });
  }

  async #readLag(): Promise<LogReading> {
    try {
      return { partitions: await this.#resources.log.lag(), problem: null };
    } catch (error) {
      if (!(error instanceof UnavailableError)) throw error;
      return { partitions: null, problem: error.message };
    }
  }

  async #countLetters(): Promise<number | null> {
    const signal = AbortSignal.timeout(LETTERS_TIMEOUT_MS);
    try {
      return await this.#resources.log.countDeadLetters(async (log) => {
        let open = 0;
        const count = (): void => {
          open += 1;
        };
        await readOpenDeadLetters(log, count, signal);
        return open;
      });
    } catch (error) {
      if (error instanceof UnavailableError || signal.aborted) return null;
      throw error;
    }
  }
}

/** Those who ask while a value is read get the same one. A failure is not kept. */
class Cached<Value> {
  readonly #read: () => Promise<Value>;
  readonly #keepMs: number;
  readonly #clock: Clock;
  #reading: Promise<Value> | null = null;
  #readAtMs = 0;

  constructor(read: () => Promise<Value>, keepMs: number, clock: Clock) {
    this.#read = read;
    this.#keepMs = keepMs;
    this.#clock = clock;
  }

  async value(): Promise<Value> {
    const nowMs = this.#clock.monotonicMs();
    if (this.#reading === null || nowMs - this.#readAtMs >= this.#keepMs) {
      this.#readAtMs = nowMs;
      this.#reading = this.#read();
    }
    const reading = this.#reading;
    try {
      return await reading;
    } catch (error) {
      if (this.#reading === reading) this.#reading = null;
      throw error;
    }
  }
}

function lagOf(partitions: readonly PartitionLag[]): number {
  return partitions.reduce((sum, { lag }) => sum + Number(lag), 0);
}
