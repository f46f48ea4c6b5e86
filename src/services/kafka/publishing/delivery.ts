/**
 * One publish: sends the events until each is decided, its partition is given up for now, or the signal aborts.
 *
 * A batch whose fate is unknown is sent again and again under the same name, which the broker recognises, and so holds up
 * the others until the bound. A partition that certainly did not write its batch, or that was in trouble before, is given
 * up after a moment: its events can be published again.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Event } from "../../../contract/events/event.ts";
import type { PublishOutcome } from "../../../core/events/ports.ts";
import type { Producer } from "../client-adapters/client.ts";
import type { Cluster } from "../connecting/cluster.ts";
import type { TopicFinding } from "../connecting/topic-metadata.ts";
import type { PartitionBatch } from "../protocol/produce-format.ts";
import type { RecordBatchEncoder } from "../protocol/record-batch.ts";
import type { PartitionTroubles } from "./partition-troubles.ts";
import { FIRST_RETRY_DELAY_MS, LONGEST_RETRY_DELAY_MS, patiently } from "./patiently.ts";
import { halvesOf, keyOf, type Portion, ProducePlan } from "./produce-plan.ts";
import { produce, type Verdicts } from "./produce-request.ts";
import { type BatchVerdict, refusalReason } from "./produce-verdicts.ts";
import type { ProducerIdentity, ProducerName } from "./producer-identity.ts";
import { PublishOutcomes } from "./publish-outcomes.ts";
import type { RequestBytes } from "./request-bytes.ts";

/** What a delivery works with; one delivery at a time. */
export interface DeliveryOptions {
  readonly cluster: Cluster;
  readonly producer: Producer;
  readonly encoder: RecordBatchEncoder;
  readonly identity: ProducerIdentity;
  readonly troubles: PartitionTroubles;
  readonly requestBytes: RequestBytes;
  /** Of each topic of the events. */
  readonly topics: ReadonlyMap<string, TopicFinding>;
  readonly afterRefused: "wait" | "pass";
  /** How long the broker may wait for the replicas. */
  readonly replicaTimeoutMs: number;
  /** Called when something was decided: the line carries. */
  readonly onProgress: () => void;
}

/** How long partitions in trouble may hold up the others. */
const GRACE_MS = 1_000;
/** A little less: a timer may fire early. */
const PATIENCE_MS = 950;

export class Delivery {
  readonly #options: DeliveryOptions;
  readonly #events: readonly Event[];
  readonly #signal: AbortSignal;
  readonly #outcomes: PublishOutcomes;
  readonly #plan = new ProducePlan();
  readonly #timestampMs = Date.now();
  /** What was sent last. */
  #inHand: readonly Portion[] = [];
  #lastFailure: unknown = null;
  #begun = false;
  #abandoned = false;

  constructor(options: DeliveryOptions, events: readonly Event[], signal: AbortSignal) {
    this.#options = options;
    this.#events = events;
    this.#outcomes = new PublishOutcomes(events, options.afterRefused);
    this.#signal = signal;
  }

  /** Resolves when there is nothing left to send; rejects when the signal aborts or the cluster can't be reached. */
  async run(): Promise<void> {
    this.#planAll();
    for (;;) {
      const portions = this.#plan.next(this.#options.requestBytes.limit).flatMap((portion) => {
        const indexes = this.#outcomes.sendable(portion.indexes);
        return indexes.length === 0 ? [] : [{ ...portion, indexes }];
      });
      if (portions.length > 0) await this.#settle(portions);
      else if (this.#plan.isEmpty) return;
    }
  }

  /** Whether anything was sent, so that the fate of some events may be unknown. */
  get begun(): boolean {
    return this.#begun;
  }

  /** Whether a request was given up before its answer: the connections are of no further use. */
  get abandoned(): boolean {
    return this.#abandoned;
  }

  /** One for each event, in their order; what is undecided so far is unknown. */
  outcomes(): readonly PublishOutcome[] {
    return this.#outcomes.all(this.reason());
  }

  failed(error: unknown): void {
    this.#lastFailure = error;
  }

  /** What stood in the way last. */
  reason(): string {
    const { cluster } = this.#options;
    if (this.#lastFailure !== null) return cluster.unavailable(this.#lastFailure).message;
    const brokers = cluster.settings.brokers.join(", ");
    return `Kafka at ${brokers}: no acknowledgement in time; see whether its brokers keep up`;
  }

  #planAll(): void {
    const { topics, troubles } = this.#options;
    const byTopic = Map.groupBy(this.#events.keys(), (index) => this.#events[index]?.topic ?? "");
    for (const [topic, indexes] of byTopic) {
      const found = topics.get(topic) ?? { refusal: "UNKNOWN_TOPIC_OR_PARTITION" };
      if ("refusal" in found) {
        this.#outcomes.refuse(indexes, found.refusal, refusalReason(topic, found.refusal));
        continue;
      }
      const isAvoided = (partition: number): boolean => troubles.has(keyOf({ topic, partition }));
      this.#plan.add(this.#events, indexes, topic, found.partitions, isAvoided);
    }
    for (const partition of this.#plan.partitions()) {
      const reason = troubles.reasonToWait(partition);
      if (reason !== null) this.#outcomes.leave(this.#plan.withdraw(partition), reason);
    }
  }

  /** Sends these portions, again and again under the same epoch, until each is decided or given up. */
  async #settle(portions: readonly Portion[]): Promise<void> {
    const { producer, identity: identities } = this.#options;
    const startedAtMs = performance.now();
    const mayBeWritten = new Set<string>();
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
        if (verdict === undefined || verdict.kind === "unanswered") mayBeWritten.add(keyOf(portion));
        if (!this.#decide(portion, verdict)) again.push(portion);
      }
      undecided = this.#withoutGivenUp(again, verdicts, mayBeWritten, performance.now() - startedAtMs);
      if (undecided.length === 0) return;
      if (identities.forgotten) identity = await this.#nextIdentity();
      producer.clearMetadata();
      await sleep(delayMs, undefined, { signal: this.#signal });
      delayMs = Math.min(delayMs * 2, LONGEST_RETRY_DELAY_MS);
    }
  }

  /** What is still to be sent again; the rest is left to a later publish, and all that waits behind it. */
  #withoutGivenUp(
    undecided: readonly Portion[],
    verdicts: Verdicts,
    mayBeWritten: ReadonlySet<string>,
    sinceMs: number,
  ): readonly Portion[] {
    const { troubles, cluster } = this.#options;
    return undecided.filter((portion) => {
      const key = keyOf(portion);
      const impatient = troubles.has(key) || !mayBeWritten.has(key);
      if (!impatient || sinceMs < PATIENCE_MS) return true;
      const verdict = verdicts.get(key);
      const error = verdict !== undefined && "error" in verdict ? verdict.error : this.#lastFailure;
      const reason = error === null ? this.reason() : cluster.unavailable(error).message;
      troubles.failed(key, reason);
      this.#outcomes.leave([...portion.indexes, ...this.#plan.withdraw(key)], reason);
      return false;
    });
  }

  /** After the bound has passed: what was sent and is undecided says that its partition is in trouble. */
  rememberTroubles(): void {
    for (const portion of this.#inHand) {
      if (this.#outcomes.isDecided(portion.indexes)) continue;
      this.#options.troubles.failed(keyOf(portion), this.reason());
    }
  }

  #nextIdentity(): Promise<ProducerName> {
    const { identity, producer } = this.#options;
    return patiently(
      () => identity.next(producer),
      this.#signal,
      (error) => this.failed(error),
    );
  }

  /** What came of each portion; what has no verdict got no answer. */
  async #send(portions: readonly Portion[], identity: ProducerName): Promise<Verdicts> {
    const { producer, replicaTimeoutMs, requestBytes, troubles } = this.#options;
    const verdicts: Verdicts = new Map();
    const batches = await this.#encode(portions, identity, verdicts);
    this.#signal.throwIfAborted();
    this.#begun = true;
    this.#inHand = portions;
    const sentAtMs = performance.now();
    const produced = produce(producer, batches, replicaTimeoutMs, verdicts);
    // Partitions that were in trouble before are not waited for when all others have answered.
    const fresh = batches.filter((batch) => !troubles.has(keyOf(batch)));
    const isAnswered = (): boolean => fresh.every((batch) => verdicts.has(keyOf(batch)));
    const inGrace = sleep(GRACE_MS, undefined, { ref: false }).then(() => (isAnswered() ? null : produced));
    await Promise.race([produced, fresh.length < batches.length ? inGrace : produced]);
    if (!batches.every((batch) => verdicts.has(keyOf(batch)))) this.#abandoned = true;
    const answered = [...verdicts.values()];
    for (const verdict of answered) if ("error" in verdict) this.#lastFailure = verdict.error;
    const sizeBytes = portions.reduce((sum, portion) => sum + portion.sizeBytes, 0);
    if (answered.some(({ kind }) => kind === "unanswered")) requestBytes.notCarried();
    else requestBytes.carried(sizeBytes, performance.now() - sentAtMs);
    return verdicts;
  }

  /** A portion that can't be encoded is refused by a verdict of its own. */
  async #encode(
    portions: readonly Portion[],
    identity: ProducerName,
    verdicts: Verdicts,
  ): Promise<readonly PartitionBatch[]> {
    const origin = { ...identity, timestampMs: this.#timestampMs };
    const batches: PartitionBatch[] = [];
    for (const { topic, partition, indexes } of portions) {
      try {
        const batch = await this.#options.encoder.encode(this.#events, indexes, origin);
        batches.push({ topic, partition, batch });
      } catch (error) {
        const reason = `the record can't be encoded: ${error}`;
        verdicts.set(keyOf({ topic, partition }), {
          kind: "refused",
          code: "UNENCODABLE",
          reason,
          badRecords: new Map(),
        });
      }
    }
    return batches;
  }

  /** Whether the portion needs no further sending as it is. */
  #decide(portion: Portion, verdict: BatchVerdict | undefined): boolean {
    if (verdict?.kind !== "acknowledged" && verdict?.kind !== "refused") return false;
    this.#options.troubles.answered(keyOf(portion));
    this.#options.onProgress();
    if (verdict.kind === "acknowledged") {
      this.#outcomes.acknowledge(portion.indexes);
      return true;
    }
    const { code, reason, badRecords } = verdict;
    const good = portion.indexes.filter((_, position) => !badRecords.has(position));
    if (good.length < portion.indexes.length) {
      for (const [position, index] of portion.indexes.entries()) {
        const why = badRecords.get(position);
        if (why !== undefined) this.#outcomes.refuse([index], code, why);
      }
      if (good.length > 0) this.#plan.putBack([{ ...portion, indexes: good }]);
    } else if (portion.indexes.length === 1 || wholePartition.has(code)) {
      this.#outcomes.refuse(portion.indexes, code, reason);
    } else {
      this.#plan.putBack(halvesOf(portion));
    }
    return true;
  }
}

/** Refusals that no smaller batch escapes. */
const wholePartition = new Set(["TOPIC_AUTHORIZATION_FAILED", "INVALID_TOPIC_EXCEPTION"]);
