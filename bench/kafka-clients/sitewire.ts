/** Our own services on `@platformatic/kafka`: what is left of its faults once they are worked around. */
import type { KafkaSettings } from "../../src/contract/settings/connection-settings.ts";
import { createKafkaEventSource } from "../../src/services/kafka/consuming/consumer.ts";
import { createKafkaPublisher } from "../../src/services/kafka/publishing/publisher.ts";
import type { Access, BenchClient } from "./client.ts";

const silent = (): void => {};
const log = { debug: silent, info: silent, warn: silent, error: silent };

export const sitewire: BenchClient = {
  name: "src/services/kafka",
  async startProducer(access) {
    const publisher = createKafkaPublisher({ settings: settingsOf(access), requestTimeoutMs: 15_000, log });
    return {
      async send(topic, messages) {
        const events = messages.map(({ key, value }) => ({
          topic,
          key,
          headers: {},
          value: Buffer.from(value),
        }));
        const outcomes = await publisher.publish(events);
        const unknown = outcomes.find((outcome) => outcome.kind === "unknown");
        if (unknown?.kind === "unknown") throw new Error(unknown.reason);
        const refused = outcomes.filter(({ kind }) => kind === "refused");
        if (refused.length === 0) return;
        const acknowledged = outcomes.length - refused.length;
        throw new Error(`${acknowledged} acknowledged, refused: ${JSON.stringify(refused)}`);
      },
      close: () => publisher.close(),
    };
  },
  async startConsumer(access, { groupId, topic }, onMessage) {
    const stop = new AbortController();
    const source = createKafkaEventSource({
      settings: settingsOf(access),
      groupId,
      topics: [topic],
      from: "earliest",
      batch: { maxEvents: 500, maxWaitMs: 20 },
      sessionTimeoutMs: 10_000,
      log,
    });
    const running = source.run(async ({ events }) => {
      for (const { partition, offset, value } of events) {
        onMessage({ partition, offset, value: Buffer.from(value ?? []).toString() });
      }
    }, stop.signal);
    const ended = running.then(
      () => "stopped",
      (error: unknown) => String(error),
    );
    return {
      ended,
      async close() {
        stop.abort();
        await ended;
      },
    };
  },
};

function settingsOf({ brokers, login }: Access): KafkaSettings {
  return {
    brokers,
    clientId: "bench",
    tls: login === null ? null : { ca: login.ca, verify: true },
    sasl:
      login === null
        ? null
        : { mechanism: "SCRAM-SHA-512", username: login.username, password: login.password },
    partitions: 6,
    replicationFactor: 1,
    compression: "none",
  };
}
