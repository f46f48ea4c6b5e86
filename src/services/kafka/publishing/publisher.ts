/**
 * Publishes events to Kafka: acknowledged by every replica in sync, in order per key.
 *
 * Each request travels under a fresh epoch of one producer id, and a batch that is tried again keeps its epoch: the
 * broker recognises what it has and, once a later epoch has written to a partition, fences anything older that was
 * still under way. That is what makes it safe to give up on a request whose fate is unknown and publish its events
 * again. One publish is in hand at a time, so a retry is never overtaken by the next one.
 */

import pLimit from "p-limit";
import type { Event } from "../../../contract/events/event.ts";
import type { KafkaSettings } from "../../../contract/settings/connection-settings.ts";
import type { EventPublisher, PublishOptions, PublishOutcome } from "../../../core/events/ports.ts";
import { UnavailableError } from "../../../core/failures.ts";
import type { Log } from "../../../core/log.ts";
import { listenForAbort } from "../../../core/running/abort-listeners.ts";
import { Producer } from "../client-adapters/client.ts";
import { dropConnections } from "../client-adapters/connections.ts";
import { Cluster } from "../connecting/cluster.ts";
import type { TopicFinding } from "../connecting/topic-metadata.ts";
import { RecordBatchEncoder } from "../protocol/record-batch.ts";
import { Delivery } from "./delivery.ts";
import { PartitionTroubles } from "./partition-troubles.ts";
import { patiently } from "./patiently.ts";
import { ProducerIdentity } from "./producer-identity.ts";
import { RequestBytes } from "./request-bytes.ts";
import { TopicLookup } from "./topic-lookup.ts";

export interface KafkaPublisherOptions {
  readonly settings: KafkaSettings;
  /**
   * How long a publish goes on without any event being decided, in milliseconds, counted from its first request and not
   * from the call. Then the connections are dropped, so nothing more is sent, and what is undecided is unknown.
   */
  readonly requestTimeoutMs: number;
  readonly log: Log;
}

const ANSWER_SHARE = 0.7;

const NOT_SENT: PublishOutcome = { kind: "unknown", reason: "not sent: there was no time left for it" };

/** Connects at the first publish. Throws `UsageError` for certificates that can't be used. */
export function createKafkaPublisher(options: KafkaPublisherOptions): EventPublisher {
  return new KafkaPublisher(options);
}

/** The connections of one client, and the room its batches are made in: given up together. */
interface Session {
  readonly producer: Producer;
  readonly encoder: RecordBatchEncoder;
}

class KafkaPublisher implements EventPublisher {
  readonly #cluster: Cluster;
  readonly #requestTimeoutMs: number;
  readonly #identity = new ProducerIdentity();
  readonly #troubles = new PartitionTroubles();
  readonly #requestBytes = new RequestBytes();
  readonly #topics = new TopicLookup();
  readonly #turn = pLimit(1);
  #session: Session | null = null;

  constructor(options: KafkaPublisherOptions) {
    this.#cluster = new Cluster(options.settings);
    this.#requestTimeoutMs = options.requestTimeoutMs;
  }

  async publish(events: readonly Event[], options: PublishOptions = {}): Promise<readonly PublishOutcome[]> {
    if (events.length === 0) return [];
    // Before its turn: a topic that is looked for longer holds up only those who publish to it.
    const topics = await this.#findTopics(new Set(events.map(({ topic }) => topic)), options.signal);
    if (topics === null) return events.map(() => NOT_SENT);
    return await this.#turn(() => this.#publishInTurn(events, topics, options));
  }

  async close(): Promise<void> {
    await this.#turn(async () => {
      const session = this.#session;
      this.#session = null;
      await session?.producer.close().catch(() => {});
    });
  }

  /** Null when the signal aborted. Throws `UnavailableError`. */
  async #findTopics(
    names: ReadonlySet<string>,
    signal: AbortSignal | undefined,
  ): Promise<ReadonlyMap<string, TopicFinding> | null> {
    const bound = AbortSignal.timeout(this.#requestTimeoutMs);
    const either = signal === undefined ? bound : AbortSignal.any([bound, signal]);
    let failure: unknown = null;
    const ask = async (topic: string): Promise<readonly [string, TopicFinding]> => {
      this.#session ??= this.#open();
      return [topic, await this.#topics.find(this.#session.producer, topic, either)];
    };
    const onFailure = (error: unknown): void => {
      failure = error;
    };
    try {
      return new Map(
        await Promise.all([...names].map((topic) => patiently(() => ask(topic), either, onFailure))),
      );
    } catch (error) {
      if (signal?.aborted) return null;
      throw this.#cluster.unavailable(bound.aborted && failure !== null ? failure : error);
    }
  }

  async #publishInTurn(
    events: readonly Event[],
    topics: ReadonlyMap<string, TopicFinding>,
    { signal, afterRefused = "pass" }: PublishOptions,
  ): Promise<readonly PublishOutcome[]> {
    if (signal?.aborted) return events.map(() => NOT_SENT);
    this.#session ??= this.#open();
    const session = this.#session;
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), this.#requestTimeoutMs);
    const delivery = new Delivery(
      {
        ...session,
        topics,
        afterRefused,
        cluster: this.#cluster,
        identity: this.#identity,
        troubles: this.#troubles,
        requestBytes: this.#requestBytes,
        replicaTimeoutMs: this.#answerTimeoutMs(),
        onProgress: () => timer.refresh(),
      },
      events,
      stop.signal,
    );
    const stopped = new Promise<void>((resolve) => {
      stop.signal.addEventListener("abort", () => resolve(), { once: true });
    });
    const stopListening = signal === undefined ? null : listenForAbort(signal, () => stop.abort());
    const delivered = delivery.run();
    delivered.catch(() => {});
    try {
      await Promise.race([delivered, stopped]);
    } catch (error) {
      delivery.failed(error);
      stop.abort();
    } finally {
      clearTimeout(timer);
      stopListening?.();
    }
    if (stop.signal.aborted || delivery.abandoned) this.#drop(session);
    if (stop.signal.aborted) {
      if (!delivery.begun && signal?.aborted !== true) throw new UnavailableError(delivery.reason());
      if (signal?.aborted !== true) delivery.rememberTroubles();
    }
    return delivery.outcomes();
  }

  /** Nothing that this session still holds is sent any more. */
  #drop(session: Session): void {
    this.#session = null;
    dropConnections(session.producer);
  }

  #open(): Session {
    const options = this.#cluster.clientOptions(this.#answerTimeoutMs());
    return {
      producer: this.#cluster.watched(new Producer(options)),
      encoder: new RecordBatchEncoder(this.#cluster.settings.compression),
    };
  }

  /** Most of the bound, for large records on a slow line; what is left is for a second try on a new connection. */
  #answerTimeoutMs(): number {
    return Math.ceil(this.#requestTimeoutMs * ANSWER_SHARE);
  }
}
