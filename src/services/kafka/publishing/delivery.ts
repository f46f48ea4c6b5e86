/** One publish: sends the events until each is acknowledged or refused, or the signal aborts. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Event } from "../../../contract/event.ts";
import type { PublishOutcome } from "../../../core/events/ports.ts";
import { UnavailableError } from "../../../core/failures.ts";
import type { Producer } from "../client-adapters/client.ts";
import { isNetworkFailure, passesByItself } from "../client-adapters/client-errors.ts";
import type { Cluster } from "../connecting/cluster.ts";
import { partitionCountOf } from "../connecting/topic-metadata.ts";
import type { PartitionBatch } from "../protocol/produce-format.ts";
import type { RecordBatchEncoder } from "../protocol/record-batch.ts";
import { halvesOf, keyOf, type Portion, ProducePlan } from "./produce-plan.ts";
import { produce } from "./produce-request.ts";
import { type BatchVerdict, refusalReason } from "./produce-verdicts.ts";
import type { ProducerIdentity, ProducerName } from "./producer-identity.ts";

/** What a delivery works with; one delivery at a time. */
export interface DeliveryOptions {
  readonly cluster: Cluster;
  readonly producer: Producer;
  readonly encoder: RecordBatchEncoder;
  readonly identity: ProducerIdentity;
  /** How long the broker may wait for the replicas. */
  readonly replicaTimeoutMs: number;
}

const REQUEST_BYTES = 8_000_000;
const FIRST_RETRY_DELAY_MS = 50;
/** Short: between two changes of a leader there may be little time in which a batch can be written. */
const LONGEST_RETRY_DELAY_MS = 250;

export class Delivery {
  readonly #options: DeliveryOptions;
  readonly #events: readonly Event[];
  readonly #signal: AbortSignal;
  readonly #outcomes: (PublishOutcome | undefined)[] = [];
  readonly #plan = new ProducePlan();
  readonly #timestampMs = Date.now();
  #lastFailure: unknown = null;
  #begun = false;

  constructor(options: DeliveryOptions, events: readonly Event[], signal: AbortSignal) {
    this.#options = options;
    this.#events = events;
    this.#signal = signal;
  }

  /** Resolves when each event is decided; rejects with the signal's reason, or when the cluster can't be reached. */
  async run(): Promise<void> {
    await this.#planAll();
    for (;;) {
      const portions = this.#plan.next(REQUEST_BYTES);
      if (portions.length === 0) return;
      await this.#settle(portions);
    }
  }

  /** Whether a request was sent, so that the fate of some events may be unknown. */
  get begun(): boolean {
    return this.#begun;
  }

  /** One for each event, in their order; what is undecided so far is unknown. */
  outcomes(): readonly PublishOutcome[] {
    return this.#events.map((_, index) => this.#outcomes[index] ?? this.#unknown());
  }

  failed(error: unknown): void {
    this.#lastFailure = error;
  }

  /** Why nothing could be sent. */
  unavailable(): UnavailableError {
    const { cluster } = this.#options;
    if (this.#lastFailure !== null) return cluster.unavailable(this.#lastFailure);
    return new UnavailableError(
      `Kafka at ${cluster.settings.brokers.join(", ")}: no acknowledgement in time; see whether its brokers keep up`,
    );
  }

  #unknown(): PublishOutcome {
    return { kind: "unknown", reason: this.unavailable().message };
  }

  async #planAll(): Promise<void> {
    const { producer } = this.#options;
    const byTopic = Map.groupBy(this.#events.keys(), (index) => this.#events[index]?.topic ?? "");
    await Promise.all(
      [...byTopic].map(async ([topic, indexes]) => {
        const found = await this.#patiently(() => partitionCountOf(producer, topic, this.#signal));
        if ("partitions" in found) this.#plan.add(this.#events, indexes, topic, found.partitions);
        else this.#refuse(indexes, found.refusal, refusalReason(topic, found.refusal));
      }),
    );
  }

  /** Sends these portions, again and again under the same epoch, until the broker has decided on each. */
  async #settle(portions: readonly Portion[]): Promise<void> {
    const { producer, identity: identities } = this.#options;
    let undecided = portions;
    let delayMs = FIRST_RETRY_DELAY_MS;
    let identity = await this.#nextIdentity();
    while (undecided.length > 0) {
      this.#signal.throwIfAborted();
      const verdicts = await this.#send(undecided, identity);
      const again: Portion[] = [];
      for (const portion of undecided) {
        const verdict = verdicts.get(keyOf(portion));
        if (verdict?.kind === "stale-identity") identities.forget();
        if (verdict?.kind === "failed") this.#lastFailure = verdict.error;
        if (!this.#decide(portion, verdict)) again.push(portion);
      }
      if (identities.forgotten) identity = await this.#nextIdentity();
      undecided = again;
      if (undecided.length === 0) return;
      producer.clearMetadata();
      await sleep(delayMs, undefined, { signal: this.#signal });
      delayMs = Math.min(delayMs * 2, LONGEST_RETRY_DELAY_MS);
    }
  }

  #nextIdentity(): Promise<ProducerName> {
    const { identity, producer } = this.#options;
    return this.#patiently(() => identity.next(producer));
  }

  /** For what goes before the first record: a cluster that can't be reached is reported at once, not at the deadline. */
  async #patiently<T>(ask: () => Promise<T>): Promise<T> {
    let delayMs = FIRST_RETRY_DELAY_MS;
    let networkFailures = 0;
    for (;;) {
      try {
        return await ask();
      } catch (error) {
        this.#lastFailure = error;
        const firstNetworkFailure = isNetworkFailure(error) && networkFailures++ === 0;
        if (!passesByItself(error) && !firstNetworkFailure) throw error;
      }
      await sleep(delayMs, undefined, { signal: this.#signal });
      delayMs = Math.min(delayMs * 2, LONGEST_RETRY_DELAY_MS);
    }
  }

  async #send(
    portions: readonly Portion[],
    identity: ProducerName,
  ): Promise<ReadonlyMap<string, BatchVerdict>> {
    const { encoder, producer, replicaTimeoutMs } = this.#options;
    const batches: PartitionBatch[] = [];
    for (const { topic, partition, indexes } of portions) {
      const origin = { ...identity, timestampMs: this.#timestampMs };
      batches.push({ topic, partition, batch: await encoder.encode(this.#events, indexes, origin) });
    }
    this.#signal.throwIfAborted();
    this.#begun = true;
    try {
      return await produce(producer, batches, replicaTimeoutMs);
    } catch (error) {
      if (error instanceof UnavailableError) throw error;
      this.#lastFailure = error;
      return new Map();
    }
  }

  /** Whether the portion needs no further sending as it is. */
  #decide(portion: Portion, verdict: BatchVerdict | undefined): boolean {
    if (verdict?.kind === "acknowledged") {
      for (const index of portion.indexes) this.#outcomes[index] = { kind: "acknowledged" };
      return true;
    }
    if (verdict?.kind !== "refused") return false;
    const { code, reason, badRecords } = verdict;
    const good = portion.indexes.filter((_, position) => !badRecords.has(position));
    if (good.length < portion.indexes.length) {
      for (const [position, index] of portion.indexes.entries()) {
        const why = badRecords.get(position);
        if (why !== undefined) this.#refuse([index], code, why);
      }
      if (good.length > 0) this.#plan.putBack([{ ...portion, indexes: good }]);
    } else if (portion.indexes.length === 1 || wholePartition.has(code)) {
      this.#refuse(portion.indexes, code, reason);
    } else {
      this.#plan.putBack(halvesOf(portion));
    }
    return true;
  }

  #refuse(indexes: readonly number[], code: string, reason: string): void {
    for (const index of indexes) this.#outcomes[index] = { kind: "refused", code, reason };
  }
}

/** Refusals that no smaller batch escapes. */
const wholePartition = new Set(["TOPIC_AUTHORIZATION_FAILED", "INVALID_TOPIC_EXCEPTION"]);
