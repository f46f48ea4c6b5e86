/**
 * Publishes events to Kafka: acknowledged by every replica in sync, in order per key.
 *
 * Each request travels under a fresh epoch of one producer id, and a batch that is tried again keeps its epoch: the
 * broker recognises what it has and, once a later epoch has written to a partition, fences anything older that was
 * still under way. That is what makes it safe to give up on a request whose fate is unknown and publish its events
 * again. One publish is in hand at a time, so a retry is never overtaken by the next one.
 */

import pLimit from "p-limit";
import type { KafkaSettings } from "../../../contract/connection-settings.ts";
import type { Event } from "../../../contract/event.ts";
import type { EventPublisher, PublishOutcome } from "../../../core/events/ports.ts";
import type { Log } from "../../../core/log.ts";
import { listenForAbort } from "../../../core/running/abort-listeners.ts";
import { Producer } from "../client-adapters/client.ts";
import { dropConnections } from "../client-adapters/connections.ts";
import { Cluster } from "../connecting/cluster.ts";
import { RecordBatchEncoder } from "../protocol/record-batch.ts";
import { Delivery } from "./delivery.ts";
import { ProducerIdentity } from "./producer-identity.ts";

export interface KafkaPublisherOptions {
  readonly settings: KafkaSettings;
  /**
   * The bound on one publish, in milliseconds, counted from its first request and not from the call. When it has
   * passed, the connections are dropped, so nothing more of the batch is sent, and what is undecided is unknown.
   */
  readonly requestTimeoutMs: number;
  readonly log: Log;
}

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
  readonly #turn = pLimit(1);
  #session: Session | null = null;

  constructor(options: KafkaPublisherOptions) {
    this.#cluster = new Cluster(options.settings);
    this.#requestTimeoutMs = options.requestTimeoutMs;
  }

  publish(events: readonly Event[], signal?: AbortSignal): Promise<readonly PublishOutcome[]> {
    return this.#turn(() => this.#publishInTurn(events, signal));
  }

  async close(): Promise<void> {
    await this.#turn(async () => {
      const session = this.#session;
      this.#session = null;
      await session?.producer.close().catch(() => {});
    });
  }

  async #publishInTurn(
    events: readonly Event[],
    signal: AbortSignal | undefined,
  ): Promise<readonly PublishOutcome[]> {
    if (events.length === 0) return [];
    if (signal?.aborted) return events.map(() => NOT_SENT);
    this.#session ??= this.#open();
    const session = this.#session;
    const stop = new AbortController();
    const delivery = new Delivery(
      {
        ...session,
        cluster: this.#cluster,
        identity: this.#identity,
        replicaTimeoutMs: this.#answerTimeoutMs(),
      },
      events,
      stop.signal,
    );
    const stopped = new Promise<void>((resolve) => {
      stop.signal.addEventListener("abort", () => resolve(), { once: true });
    });
    const timer = setTimeout(() => stop.abort(), this.#requestTimeoutMs);
    const stopListening = signal === undefined ? null : listenForAbort(signal, () => stop.abort());
    const delivered = delivery.run();
    delivered.catch(() => {});
    try {
      await Promise.race([delivered, stopped]);
      if (!stop.signal.aborted) return delivery.outcomes();
    } catch (error) {
      if (!delivery.begun) {
        this.#drop(session);
        throw this.#cluster.unavailable(error);
      }
      delivery.failed(error);
    } finally {
      clearTimeout(timer);
      stopListening?.();
      stop.abort();
    }
    this.#drop(session);
    if (!delivery.begun && signal?.aborted !== true) throw delivery.unavailable();
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

  /** A request that gets no answer leaves time for a second one. */
  #answerTimeoutMs(): number {
    return Math.ceil(this.#requestTimeoutMs / 2);
  }
}
