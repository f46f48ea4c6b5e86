/** One publish: sends the events until each is acknowledged or refused, or the signal aborts. */
import { setTimeout as sleep } from "node:timers/promises";
import { type MessageToProduce, ProduceAcks, type Producer } from "@platformatic/kafka";
import type { Event } from "../../contract/event.ts";
import { UnavailableError } from "../../core/failures.ts";
import type { PublishOutcome } from "../../core/relaying/ports.ts";
import type { Cluster } from "./cluster.ts";
import { isNetworkFailure, passesByItself } from "./error-tree.ts";
import { halvesOf, keyOf, type Portion, ProducePlan } from "./produce-plan.ts";
import { type BatchVerdict, refusalReason, verdictsOf } from "./produce-verdicts.ts";
import type { ProducerIdentity, ProducerName } from "./producer-identity.ts";
import { partitionCountOf } from "./topic-metadata.ts";

export type BytesProducer = Producer<Buffer, Buffer, Buffer, Buffer>;

const REQUEST_BYTES = 8_000_000;
const FIRST_RETRY_DELAY_MS = 50;
/** Short: between two changes of a leader there may be little time in which a batch can be written. */
const LONGEST_RETRY_DELAY_MS = 250;

export class Delivery {
  readonly #producer: BytesProducer;
  readonly #identity: ProducerIdentity;
  readonly #events: readonly Event[];
  readonly #cluster: Cluster;
  readonly #signal: AbortSignal;
  readonly #outcomes: PublishOutcome[] = [];
  readonly #plan = new ProducePlan();
  readonly #headerNames = new Map<string, Buffer>();
  readonly #timestamp = BigInt(Date.now());
  #lastFailure: unknown = null;

  constructor(
    producer: BytesProducer,
    identity: ProducerIdentity,
    events: readonly Event[],
    cluster: Cluster,
    signal: AbortSignal,
  ) {
    this.#producer = producer;
    this.#identity = identity;
    this.#events = events;
    this.#cluster = cluster;
    this.#signal = signal;
  }

  async run(): Promise<readonly PublishOutcome[]> {
    await this.#planAll();
    for (;;) {
      const portions = this.#plan.next(REQUEST_BYTES);
      if (portions.length === 0) return this.#outcomes;
      await this.#settle(portions);
    }
  }

  /** What to throw when the deadline comes first. */
  timedOut(): UnavailableError {
    if (this.#lastFailure !== null) return this.#cluster.unavailable(this.#lastFailure);
    return new UnavailableError(
      `Kafka at ${this.#cluster.settings.brokers.join(", ")}: no acknowledgement in time; see whether its brokers keep up`,
    );
  }

  async #planAll(): Promise<void> {
    const byTopic = Map.groupBy(this.#events.keys(), (index) => this.#events[index]?.topic ?? "");
    await Promise.all(
      [...byTopic].map(async ([topic, indexes]) => {
        const found = await this.#patiently(() => partitionCountOf(this.#producer, topic, this.#signal));
        if ("partitions" in found) this.#plan.add(this.#events, indexes, topic, found.partitions);
        else this.#refuse(indexes, found.refusal, refusalReason(topic, found.refusal));
      }),
    );
  }

  /** Sends these portions, again and again under the same epoch, until the broker has decided on each. */
  async #settle(portions: readonly Portion[]): Promise<void> {
    let undecided = portions;
    let delayMs = FIRST_RETRY_DELAY_MS;
    let identity = await this.#nextIdentity();
    while (undecided.length > 0) {
      this.#signal.throwIfAborted();
      const verdicts = await this.#send(undecided, identity);
      const again: Portion[] = [];
      for (const portion of undecided) {
        const verdict = verdicts.get(keyOf(portion));
        if (verdict?.kind === "stale-identity") this.#identity.forget();
        if (!this.#decide(portion, verdict)) again.push(portion);
      }
      if (this.#identity.forgotten) identity = await this.#nextIdentity();
      undecided = again;
      if (undecided.length === 0) return;
      this.#producer.clearMetadata();
      await sleep(delayMs, undefined, { signal: this.#signal });
      delayMs = Math.min(delayMs * 2, LONGEST_RETRY_DELAY_MS);
    }
  }

  #nextIdentity(): Promise<ProducerName> {
    return this.#patiently(() => this.#identity.next(this.#producer));
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
    const messages = portions.flatMap(({ indexes, partition }) =>
      indexes.flatMap((index) => {
        const event = this.#events[index];
        return event === undefined ? [] : [this.#messageOf(event, partition)];
      }),
    );
    try {
      await this.#producer.send({
        messages,
        ...identity,
        acks: ProduceAcks.ALL,
        compression: this.#cluster.settings.compression,
        // The client's own second try looks up a partition that may be gone, and brings the process down.
        repeatOnStaleMetadata: false,
      });
      return new Map(portions.map((portion) => [keyOf(portion), { kind: "acknowledged" }]));
    } catch (error) {
      this.#lastFailure = error;
      return verdictsOf(error);
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

  #headerName(name: string): Buffer {
    let bytes = this.#headerNames.get(name);
    if (bytes === undefined) {
      bytes = Buffer.from(name);
      this.#headerNames.set(name, bytes);
    }
    return bytes;
  }

  #messageOf({ topic, key, value, headers }: Event, partition: number): MessageToProduce {
    return {
      topic,
      partition,
      timestamp: this.#timestamp,
      headers: new Map(
        Object.entries(headers).map(([name, text]) => [this.#headerName(name), Buffer.from(text)] as const),
      ),
      ...(key === null ? {} : { key: Buffer.from(key) }),
      ...(value === null ? {} : { value: asBuffer(value) }),
    };
  }
}

/** Refusals that no smaller batch escapes. */
const wholePartition = new Set(["TOPIC_AUTHORIZATION_FAILED", "INVALID_TOPIC_EXCEPTION"]);

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
