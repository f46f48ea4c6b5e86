/**
 * `@confluentinc/kafka-javascript`, the binding of librdkafka. It is no dependency of ours: KAFKA_JAVASCRIPT names the
 * folder where it was built (docs/kafka-clients.md says how), and without it this client is left out.
 */
import { pathToFileURL } from "node:url";
import type { Access, BenchClient } from "./client.ts";

interface KafkaJsMessage {
  readonly partition: number;
  readonly message: { readonly offset: string; readonly value: Buffer | null };
}

interface KafkaJsProducer {
  connect(): Promise<void>;
  send(record: { topic: string; messages: readonly { key: string; value: string }[] }): Promise<unknown>;
  disconnect(): Promise<void>;
}

interface KafkaJsConsumer {
  connect(): Promise<void>;
  subscribe(topics: { topic: string }): Promise<void>;
  run(handlers: { eachMessage: (received: KafkaJsMessage) => Promise<void> }): Promise<void>;
  disconnect(): Promise<void>;
}

interface KafkaJs {
  producer(options: object): KafkaJsProducer;
  consumer(options: object): KafkaJsConsumer;
}

interface KafkaJsModule {
  readonly KafkaJS: { readonly Kafka: new (options: object) => KafkaJs };
}

/** Null where KAFKA_JAVASCRIPT is not set. */
export async function loadLibrdkafka(): Promise<BenchClient | null> {
  const folder = process.env.KAFKA_JAVASCRIPT;
  if (folder === undefined) return null;
  const module: unknown = await import(pathToFileURL(`${folder}/lib/index.js`).href);
  const api = typeof module === "object" && module !== null && "default" in module ? module.default : module;
  if (!isKafkaJsModule(api)) throw new Error(`${folder} holds no @confluentinc/kafka-javascript`);
  const { Kafka } = api.KafkaJS;
  return {
    name: "@confluentinc/kafka-javascript",
    async startProducer(access) {
      const producer = new Kafka(connectionOf(access)).producer({
        "enable.idempotence": true,
        acks: "all",
        "linger.ms": 5,
        "delivery.timeout.ms": 15_000,
      });
      await producer.connect();
      return {
        async send(topic, messages) {
          await producer.send({ topic, messages });
        },
        close: () => producer.disconnect().catch(() => {}),
      };
    },
    async startConsumer(access, { groupId, topic }, onMessage) {
      const consumer = new Kafka(connectionOf(access)).consumer({
        "group.id": groupId,
        "auto.offset.reset": "earliest",
        "auto.commit.interval.ms": 500,
        "session.timeout.ms": 10_000,
        "heartbeat.interval.ms": 1_000,
        "partition.assignment.strategy": "cooperative-sticky",
        "topic.metadata.refresh.interval.ms": 5_000,
      });
      await consumer.connect();
      await consumer.subscribe({ topic });
      await consumer.run({
        async eachMessage({ partition, message }) {
          onMessage({ partition, offset: BigInt(message.offset), value: String(message.value ?? "") });
        },
      });
      return { ended: new Promise<string>(() => {}), close: () => consumer.disconnect().catch(() => {}) };
    },
  };
}

function isKafkaJsModule(value: unknown): value is KafkaJsModule {
  return (
    typeof value === "object" &&
    value !== null &&
    "KafkaJS" in value &&
    typeof value.KafkaJS === "object" &&
    value.KafkaJS !== null &&
    "Kafka" in value.KafkaJS
  );
}

function connectionOf({ brokers, login }: Access): object {
  return {
    "client.id": "bench",
    "bootstrap.servers": brokers.join(","),
    log_level: 0,
    ...(login === null
      ? {}
      : {
          "security.protocol": "sasl_ssl",
          "ssl.ca.pem": login.ca,
          "sasl.mechanisms": "SCRAM-SHA-512",
          "sasl.username": login.username,
          "sasl.password": login.password,
        }),
  };
}
