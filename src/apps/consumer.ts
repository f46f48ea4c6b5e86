/** The consumer alone: records results from Kafka in the database. */
import type { KafkaSettings } from "../contract/connection-settings.ts";
import { UsageError } from "../contract/errors.ts";
import { CHECKS_TOPIC } from "../contract/topics.ts";
import { createRecorder, type RecordedBatch } from "../core/recording/recorder.ts";
import { systemClock } from "../services/clock.ts";
import { createKafkaEventSource } from "../services/kafka/consumer.ts";
import { createKafkaPublisher } from "../services/kafka/publisher.ts";
import type { Database } from "../services/database.ts";
import { migrateWhenAvailable, openDatabase } from "./databases.ts";
import { ensureTopicsWhenAvailable, requiredKafka } from "./event-log.ts";
import { type AppContext, type Invocation, startApp } from "./invocation.ts";

const BATCH = { maxEvents: 1000, maxWaitMs: 50 };
const PUBLISH_TIMEOUT_MS = 15_000;

/** Runs until asked to stop. `from` is a date at which a group without offsets begins. Throws `UsageError`. */
export async function runConsumerApp(
  invocation: Invocation,
  { from }: { readonly from?: string | undefined },
): Promise<void> {
  const context = startApp("consume", invocation);
  const kafka = requiredKafka(context, "consume");
  const fromMs = parseDate(from);
  const chosen = await openDatabase(context);
  try {
    await migrateWhenAvailable(chosen, context);
    const { group } = context.configuration.kafka;
    context.log.info({ database: chosen.description, brokers: kafka.brokers, group }, "consumer started");
    await recordFromKafka({ context, database: chosen.database, kafka, fromMs }, invocation.signal);
    context.log.info({}, "consumer stopped");
  } finally {
    await chosen.database.close();
  }
}

export interface RecordedTopics {
  readonly context: AppContext;
  readonly database: Database;
  readonly kafka: KafkaSettings;
  /** Milliseconds since the epoch. */
  readonly fromMs?: number | undefined;
}

/** The consumer's work on Kafka, wherever it runs. */
export async function recordFromKafka(
  { context, database, kafka, fromMs }: RecordedTopics,
  signal: AbortSignal,
): Promise<void> {
  const { configuration, log } = context;
  await ensureTopicsWhenAvailable(kafka, context, signal);
  const { group, instanceId, originalTopic, readOriginal } = configuration.kafka;
  const deadLetters = createKafkaPublisher({ settings: kafka, requestTimeoutMs: PUBLISH_TIMEOUT_MS, log });
  const source = createKafkaEventSource({
    settings: kafka,
    groupId: group,
    instanceId,
    topics: readOriginal ? [CHECKS_TOPIC, originalTopic] : [CHECKS_TOPIC],
    from: fromMs ?? "earliest",
    batch: BATCH,
    log,
  });
  const onRecorded = (outcome: RecordedBatch): void => log.debug(outcome, "batch recorded");
  const store = database.results;
  try {
    const record = createRecorder({ store, deadLetters, originalTopic, clock: systemClock, log, onRecorded });
    await source.run(record, signal);
  } finally {
    await deadLetters.close();
  }
}

/** The consumer's work where the database is the log. */
export async function recordFromDatabase(
  { context, database }: { readonly context: AppContext; readonly database: Database },
  signal: AbortSignal,
): Promise<void> {
  const { configuration, log } = context;
  const { originalTopic } = configuration.kafka;
  const record = createRecorder({
    store: database.results,
    deadLetters: database.deadLetters,
    originalTopic,
    clock: systemClock,
    log,
  });
  await database.eventSource([CHECKS_TOPIC]).run(record, signal);
}

function parseDate(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const instantMs = Date.parse(text);
  if (Number.isNaN(instantMs)) {
    throw new UsageError(`--from is "${text}": must be a date such as 2026-01-01 or 2026-01-01T12:00:00Z`);
  }
  return instantMs;
}
