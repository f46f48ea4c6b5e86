/** Which event log an app works on: Kafka where brokers are configured, else the database itself. */
import type { KafkaSettings } from "../contract/connection-settings.ts";
import { UsageError } from "../contract/errors.ts";
import { CHECKS_DEAD_TOPIC, CHECKS_TOPIC } from "../contract/topics.ts";
import { retryWhileUnavailable } from "../core/retrying.ts";
import { kafkaSettings } from "../services/configuration/connections.ts";
import { ensureTopics } from "../services/kafka/topics.ts";
import type { AppContext } from "./invocation.ts";

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

/** Creates Sitewire's topics where they are missing, waiting for a broker that is away. */
export async function ensureTopicsWhenAvailable(
  settings: KafkaSettings,
  { log }: AppContext,
  signal: AbortSignal,
): Promise<void> {
  const patient = { what: "Kafka", log, signal };
  await retryWhileUnavailable(() => ensureTopics(settings, [CHECKS_TOPIC, CHECKS_DEAD_TOPIC]), patient);
}
