/**
 * Publishes events to Kafka: acknowledged by every replica in sync, in order per key.
 *
 * Each request travels under a fresh epoch of one producer id, and a batch that is tried again keeps its epoch: the
 * broker recognises what it has and, once a later epoch has written to a partition, fences anything older that was
 * still under way. That is what makes it safe to give up on a request whose fate is unknown and publish its events
 * again. One publish is in hand at a time, so a retry is never overtaken by the next one.
 */
import { Producer } from "@platformatic/kafka";
import pLimit from "p-limit";
import type { KafkaSettings } from "../../../contract/connection-settings.ts";
import type { Event } from "../../../contract/event.ts";
import type { EventPublisher, PublishOutcome } from "../../../core/events/ports.ts";
import type { Log } from "../../../core/log.ts";
import { Cluster } from "../connecting/cluster.ts";
import { dropConnections } from "../connecting/drop-connections.ts";
import { RecordBatchEncoder } from "../protocol/record-batch.ts";
import { Delivery } from "./delivery.ts";
import { ProducerIdentity } from "./producer-identity.ts";

export interface KafkaPublisherOptions {
  readonly settings: KafkaSettings;
  /**
   * The bound on one publish, in milliseconds. When it has passed, `publish` has thrown and its connections are
   * dropped: nothing more of the batch is sent.
   */
  readonly requestTimeoutMs: number;
  readonly log: Log;
}

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

  publish(events: readonly Event[]): Promise<readonly PublishOutcome[]> {
    const deadlineMs = performance.now() + this.#requestTimeoutMs;
    return this.#turn(() => this.#publishInTurn(events, deadlineMs));
  }

  async close(): Promise<void> {
    await this.#turn(async () => {
      const session = this.#session;
      this.#session = null;
      await session?.producer.close().catch(() => {});
    });
  }

  async #publishInTurn(events: readonly Event[], deadlineMs: number): Promise<readonly PublishOutcome[]> {
    if (events.length === 0) return [];
    this.#session ??= this.#open();
    const session = this.#session;
    const deadline = new AbortController();
    const delivery = new Delivery(
      {
        ...session,
        cluster: this.#cluster,
        identity: this.#identity,
        replicaTimeoutMs: this.#answerTimeoutMs(),
      },
      events,
      deadline.signal,
    );
    const timer = setTimeout(() => deadline.abort(), Math.max(0, deadlineMs - performance.now()));
    const passed = new Promise<never>((_, reject) => {
      deadline.signal.addEventListener("abort", () => reject(delivery.timedOut()), { once: true });
    });
    const outcomes = delivery.run();
    outcomes.catch(() => {});
    try {
      return await Promise.race([outcomes, passed]);
    } catch (error) {
      deadline.abort();
      this.#session = null;
      dropConnections(session.producer);
      throw this.#cluster.unavailable(error);
    } finally {
      clearTimeout(timer);
      passed.catch(() => {});
    }
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
