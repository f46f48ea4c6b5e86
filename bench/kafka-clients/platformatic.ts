/** `@platformatic/kafka`, by its own high-level API: with the classic group protocol, and with the new one (KIP-848). */
import { Consumer, Producer, stringDeserializers, stringSerializers } from "@platformatic/kafka";
import type { Access, BenchClient } from "./client.ts";

const COMMIT_EVERY_MS = 500;

export const platformatic: BenchClient = clientWith("@platformatic/kafka", {
  sessionTimeout: 10_000,
  rebalanceTimeout: 10_000,
  heartbeatInterval: 1_000,
});

export const platformaticNewProtocol: BenchClient = {
  ...clientWith("@platformatic/kafka, new protocol", { groupProtocol: "consumer" }),
  consumesOnly: true,
};

function clientWith(name: string, groupOptions: GroupOptions): BenchClient {
  return {
    name,
    async startProducer(access) {
      const producer = new Producer({
        ...connectionOf(access),
        idempotent: true,
        serializers: stringSerializers,
      });
      return {
        async send(topic, messages) {
          await producer.send({ messages: messages.map((message) => ({ topic, ...message })) });
        },
        close: () => producer.close().catch(() => {}),
      };
    },
    async startConsumer(access, { groupId, topic }, onMessage) {
      const consumer = new Consumer({
        ...connectionOf(access),
        groupId,
        deserializers: stringDeserializers,
        ...groupOptions,
      });
      const ended = Promise.withResolvers<string>();
      consumer.on("error", (error) => ended.resolve(String(error)));
      const stream = await consumer.consume({
        topics: [topic],
        mode: "committed",
        fallbackMode: "earliest",
        autocommit: COMMIT_EVERY_MS,
        maxWaitTime: 250,
      });
      stream.on("data", ({ partition, offset, value }) =>
        onMessage({ partition, offset, value: value ?? "" }),
      );
      stream.on("error", (error: Error) => ended.resolve(String(error)));
      stream.on("close", () => ended.resolve("the stream closed"));
      return { ended: ended.promise, close: () => consumer.close(true).catch(() => {}) };
    },
  };
}

type GroupOptions =
  | { readonly sessionTimeout: number; readonly rebalanceTimeout: number; readonly heartbeatInterval: number }
  | { readonly groupProtocol: "consumer" };

function connectionOf({ brokers, login }: Access) {
  return {
    clientId: "bench",
    bootstrapBrokers: [...brokers],
    ...(login === null
      ? {}
      : {
          tls: { ca: login.ca },
          sasl: {
            mechanism: "SCRAM-SHA-512" as const,
            username: login.username,
            password: login.password,
          },
        }),
  };
}
