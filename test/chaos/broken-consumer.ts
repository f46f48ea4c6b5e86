// A consumer that is broken on purpose: it says that a batch is done before it is recorded, so offsets are committed
// before the transaction. The rules must find out. Started in place of `sitewire consume`.

import { openDatabase } from "../../src/apps/wiring/databases.ts";
import {
  consumedTopics,
  ensureTopicsWhenAvailable,
  requiredKafka,
  resultTopics,
} from "../../src/apps/wiring/event-log/event-log.ts";
import { startApp } from "../../src/apps/wiring/invocation.ts";
import { DAY_MS } from "../../src/contract/duration.ts";
import { topicsOf } from "../../src/contract/events/topics.ts";
import { createRecorder } from "../../src/core/recording/recorder.ts";
import { CountedLog } from "../../src/core/running/counted-log.ts";
import { createKafkaEventSource } from "../../src/services/kafka/consuming/consumer.ts";
import { createKafkaPublisher } from "../../src/services/kafka/publishing/publisher.ts";
import { systemClock } from "../../src/services/process/clock.ts";

const stop = new AbortController();
process.on("SIGTERM", () => stop.abort(new Error("asked to stop")));

const context = startApp("consume", {
  flags: {},
  environment: process.env,
  workingDirectory: process.cwd(),
  stderr: process.stderr,
  signal: stop.signal,
});
const { configuration, log } = context;
const settings = requiredKafka(context, "consume");
const chosen = await openDatabase(context, { as: "owner", create: false });
await chosen.database.migrate();
await ensureTopicsWhenAvailable(settings, resultTopics(context), context, stop.signal);
const deadLetters = createKafkaPublisher({ settings, requestTimeoutMs: 15_000, log });
const record = createRecorder({
  store: chosen.database.results,
  deadLetters,
  deadTopic: topicsOf(configuration.kafka.topicPrefix).checksDead,
  originalTopic: configuration.kafka.originalTopic,
  counted: new CountedLog(systemClock),
  window: { aheadMs: 300_000, keepMs: 90 * DAY_MS },
  clock: systemClock,
  log,
});
const source = createKafkaEventSource({
  settings,
  groupId: configuration.kafka.group,
  instanceId: configuration.kafka.instanceId,
  topics: consumedTopics(context),
  from: "earliest",
  batch: { maxEvents: 5000, maxWaitMs: 50 },
  log,
});
const underWay = new Set<Promise<void>>();
await source.run(async (batch, signal) => {
  // The mistake: not awaited here.
  const recording = record(batch, signal).finally(() => underWay.delete(recording));
  recording.catch(() => {});
  underWay.add(recording);
}, stop.signal);
await Promise.allSettled(underWay);
await deadLetters.close();
await chosen.database.close();
