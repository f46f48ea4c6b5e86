/**
 * Chooses an app's event log: Kafka if brokers are configured, otherwise the database. Kafka modules are imported only
 * when they are used: the client takes 54 MB of memory and most of a second to load.
 */

import { UsageError } from "../../../contract/errors.ts";
import { topicsOf } from "../../../contract/events/topics.ts";
import type { KafkaSettings } from "../../../contract/settings/connection-settings.ts";
import type { Database } from "../../../core/database.ts";
import type { EventLogReader, EventPublisher, PartitionLag } from "../../../core/events/ports.ts";
import { retryWhileUnavailable } from "../../../core/running/retrying.ts";
import { kafkaSettings } from "../../../services/configuration/connections.ts";
import type { AppContext } from "../invocation.ts";

/** Timeout of one publish. It is shorter than the relay's lane leases. */
const PUBLISH_TIMEOUT_MS = 15_000;

/** Returns null when the database is the event log. Throws `UsageError`. */
export function configuredKafka({ configuration, invocation }: AppContext): KafkaSettings | null {
  return kafkaSettings(configuration, invocation.workingDirectory);
}

/** Returns the settings for an app that requires Kafka. Throws `UsageError` without brokers. */
export function requiredKafka(context: AppContext, app: string): KafkaSettings {
  const settings = configuredKafka(context);
  if (settings !== null) return settings;
  throw new UsageError(
    `${app} needs Kafka: set KAFKA_BROKERS (or BOOTSTRAP_SERVER) to host:port of a broker; without Kafka, "sitewire up" does everything`,
  );
}

/** The topics of results and their dead letters. */
export function resultTopics({ configuration }: AppContext): readonly string[] {
  const { checks, checksDead } = topicsOf(configuration.kafka.topicPrefix);
  return [checks, checksDead];
}

/** All topics that Sitewire owns. */
export function sitewireTopics(context: AppContext): readonly string[] {
  return [...resultTopics(context), topicsOf(context.configuration.kafka.topicPrefix).incidents];
}

/** Creates missing topics; retries while no broker is available. */
export async function ensureTopicsWhenAvailable(
  settings: KafkaSettings,
  topics: readonly string[],
  context: AppContext,
  signal: AbortSignal,
): Promise<void> {
  const { ensureTopics } = await import("../../../services/kafka/topics/topics.ts");
  const patient = { what: "Kafka", log: context.log, signal };
  await retryWhileUnavailable(() => ensureTopics(settings, topics), patient);
}

/** The event log for commands: reader, publisher, and the consumer's lag. */
export interface EventLog {
  readonly description: string;
  readonly reader: EventLogReader;
  readonly publisher: EventPublisher;
  readonly deadTopic: string;
  lag(): Promise<readonly PartitionLag[]>;
}

/** Opens the event log. The caller must call `publisher.close()`. Throws `UsageError`. */
export async function openEventLog(context: AppContext, database: Database): Promise<EventLog> {
  const settings = configuredKafka(context);
  const lag = consumerLag(context, database);
  if (settings === null) {
    return {
      description: "event log in the database",
      reader: database.logReader,
      publisher: database.logPublisher,
      deadTopic: deadTopicOf(context),
      lag,
    };
  }
  return { ...(await openKafkaLog(context, settings)), lag };
}

/** Returns a function that reads how far the consumer is behind. It throws `UnavailableError`. */
export function consumerLag(context: AppContext, database: Database): () => Promise<readonly PartitionLag[]> {
  const settings = configuredKafka(context);
  const { group } = context.configuration.kafka;
  const topics = consumedTopics(context);
  if (settings === null) return () => database.logLag({ topics, group });
  return async () => {
    const { readKafkaLag } = await import("../../../services/kafka/topics/lag.ts");
    return await readKafkaLag({ settings, groupId: group, topics });
  };
}

/** Opens the event log in Kafka, without a database. The caller must call `publisher.close()`. */
export async function openKafkaLog(
  context: AppContext,
  settings: KafkaSettings,
): Promise<Omit<EventLog, "lag">> {
  const { createKafkaLogReader } = await import("../../../services/kafka/topics/log-reader.ts");
  return {
    description: `Kafka at ${settings.brokers.join(", ")}`,
    reader: createKafkaLogReader(settings),
    publisher: await openKafkaPublisher(context, settings),
    deadTopic: deadTopicOf(context),
  };
}

/** The caller must close the publisher. */
export async function openKafkaPublisher(
  { log }: AppContext,
  settings: KafkaSettings,
): Promise<EventPublisher> {
  const { createKafkaPublisher } = await import("../../../services/kafka/publishing/publisher.ts");
  return createKafkaPublisher({ settings, requestTimeoutMs: PUBLISH_TIMEOUT_MS, log });
}

function deadTopicOf({ configuration }: AppContext): string {
  return topicsOf(configuration.kafka.topicPrefix).checksDead;
}

/** The topics that the consumer reads. */
export function consumedTopics({ configuration }: AppContext): readonly string[] {
  const { readOriginal, originalTopic, topicPrefix } = configuration.kafka;
  const { checks } = topicsOf(topicPrefix);
  return readOriginal ? [checks, originalTopic] : [checks];
}
