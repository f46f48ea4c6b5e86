// What member-process.ts runs: prints a line for each batch it takes, and keeps it for ever.
import { z } from "zod";
import { createKafkaEventSource } from "../../../../src/services/kafka/consuming/consumer.ts";

const options = z
  .object({ brokers: z.string(), groupId: z.string(), topic: z.string(), sessionTimeoutMs: z.number() })
  .parse(JSON.parse(process.argv[2] ?? ""));
const silent = () => {};
const source = createKafkaEventSource({
  settings: {
    brokers: options.brokers.split(","),
    clientId: "member",
    tls: null,
    sasl: null,
    partitions: 1,
    replicationFactor: 1,
    compression: "none",
  },
  groupId: options.groupId,
  topics: [options.topic],
  from: "earliest",
  batch: { maxEvents: 100, maxWaitMs: 20 },
  sessionTimeoutMs: options.sessionTimeoutMs,
  log: { debug: silent, info: silent, warn: silent, error: silent },
});
await source.run(async ({ partition }) => {
  process.stdout.write(`${partition}\n`);
  await new Promise(() => {});
}, new AbortController().signal);
