/**
 * Which event log an app works on: Kafka where brokers are configured, else the database itself. Everything of Kafka is
 * imported when it is used: its client takes 54 MB and most of a second to load, which an app without Kafka is spared.
 */
import type { KafkaSettings } from "../../contract/connection-settings.ts";
import { UsageError } from "../../contract/errors.ts";
import { topicsOf } from "../../contract/topics.ts";
import type { Database } from "../../core/database.ts";
import type { EventLogReader, EventPublisher, PartitionLag } from "../../core/events/ports.ts";
import { retryWhileUnavailable } from "../../core/running/retrying.ts";
import { kafkaSettings } from "../../services/configuration/connections.ts";
import type { AppContext } from "./invocation.ts";

/** The bound on one publish; the relay's lane leases last longer. */
const PUBLISH_TIMEOUT_MS = 15_000;

/** Null where the database is the log. Throws `UsageError`. */
export function configuredKafka({ configuration, invocation }: AppContext): KafkaSettings | null {
  return kafkaSettings(configuration, invocation.workingDirectory);
}

/** For an app that is nothing without Kafka. Throws `UsageError`. */
export function requiredKafka(context: AppContext, app: string): KafkaSettings {
  const settings = configuredKafka(context);
  if (settings !== null) return settings;
  throw new UsageError(
    `${app} needs Kafka: set KAFKA_BROKERS (or BOOTSTRAP_SERVER) to host:port of a broker; without Kafka, "sitewire up" does everything`,
  );
}

/** The topics that results need. */
export function resultTopics({ configuration }: AppContext): readonly string[] {
  const { checks, checksDead } = topicsOf(configuration.kafka.topicPrefix);
  return [checks, checksDead];
}

/** Every topic Sitewire owns. */
export function sitewireTopics(context: AppContext): readonly string[] {
  return [...resultTopics(context), topicsOf(context.configuration.kafka.topicPrefix).incidents];
}

/** Creates topics where they are missing, waiting for a broker that is away. */
export async function ensureTopicsWhenAvailable(
  settings: KafkaSettings,
  topics: readonly string[],
  context: AppContext,
  signal: AbortSignal,
): Promise<void> {
  const { ensureTopics } = await import("../../services/kafka/topics/topics.ts");
  const patient = { what: "Kafka", log: context.log, signal };
  await retryWhileUnavailable(() => ensureTopics(settings, topics), patient);
}

/** The log as commands work on it: read it, add to it, ask how far the consumer is behind. */
export interface EventLog {
  readonly description: string;
  readonly reader: EventLogReader;
  readonly publisher: EventPublisher;
  readonly deadTopic: string;
  lag(): Promise<readonly PartitionLag[]>;
}

/** Publishers are closed by `publisher.close()`. Throws `UsageError`. */
export async function openEventLog(context: AppContext, database: Database): Promise<EventLog> {
  const settings = configuredKafka(context);
  const { group } = context.configuration.kafka;
  const topics = consumedTopics(context);
  if (settings === null) {
    return {
      description: "event log in the database",
      reader: database.logReader,
      publisher: database.logPublisher,
      deadTopic: deadTopicOf(context),
      lag: () => database.logLag({ topics, group }),
    };
  }
  const { readKafkaLag } = await import("../../services/kafka/topics/lag.ts");
  return {
    ...(await openKafkaLog(context, settings)),
    lag: () => readKafkaLag({ settings, groupId: group, topics }),
  };
}

/** The log in Kafka, for which no database is needed. `publisher` is to be closed. */
export async function openKafkaLog(
  context: AppContext,
  settings: KafkaSettings,
): Promise<Omit<EventLog, "lag">> {
  const { createKafkaLogReader } = await import("../../services/kafka/topics/log-reader.ts");
  return {
    description: `Kafka at ${settings.brokers.join(", ")}`,
    reader: createKafkaLogReader(settings),
    publisher: await openKafkaPublisher(context, settings),
    deadTopic: deadTopicOf(context),
  };
}

/** To be closed. */
export async function openKafkaPublisher(
  { log }: AppContext,
  settings: KafkaSettings,
): Promise<EventPublisher> {
  const { createKafkaPublisher } = await import("../../services/kafka/publishing/publisher.ts");
  return createKafkaPublisher({ settings, requestTimeoutMs: PUBLISH_TIMEOUT_MS, log });
}

function deadTopicOf({ configuration }: AppContext): string {
  return topicsOf(configuration.kafka.topicPrefix).checksDead;
}

/** What the consumer reads. */
export function consumedTopics({ configuration }: AppContext): readonly string[] {
  const { readOriginal, originalTopic, topicPrefix } = configuration.kafka;
  const { checks } = topicsOf(topicPrefix);
  return readOriginal ? [checks, originalTopic] : [checks];
}
