/** The bracket around everything that uses the event log: its publisher is closed again, whatever the work does. */
import type { KafkaSettings } from "../../contract/connection-settings.ts";
import { topicsOf } from "../../contract/topics.ts";
import type { Database } from "../../core/database.ts";
import type { EventPublisher } from "../../core/events/ports.ts";
import type { DeadLetterLog } from "../../core/recording/open-dead-letters.ts";
import { systemClock } from "../../services/process/clock.ts";
import { configuredKafka, type EventLog, openEventLog, openKafkaLog, resultTopics } from "./event-log.ts";
import type { AppContext } from "./invocation.ts";
import { withDatabase } from "./opening.ts";

/** The configured log, or the database as one. Throws `UsageError`. */
export async function withEventLog<T>(
  context: AppContext,
  { database }: { readonly database: Database },
  work: (eventLog: EventLog) => Promise<T>,
): Promise<T> {
  const eventLog = await openEventLog(context, database);
  try {
    return await work(eventLog);
  } finally {
    await eventLog.publisher.close();
  }
}

/** Dead letters are in the log: with Kafka no database is needed. Throws `UsageError`. */
export async function withDeadLetters<T>(
  context: AppContext,
  work: (deadLetters: DeadLetterLog) => Promise<T>,
): Promise<T> {
  const kafka = configuredKafka(context);
  if (kafka === null) {
    return await withDatabase(context, async ({ database }) =>
      work({ ...(await openEventLog(context, database)), clock: systemClock }),
    );
  }
  const log = await openKafkaLog(context, kafka);
  try {
    return await work({ ...log, clock: systemClock });
  } finally {
    await log.publisher.close();
  }
}

/**
 * A publisher to the topic of results, which is created where it is missing. Throws `UsageError` without Kafka,
 * `UnavailableError`.
 */
export async function withResultsPublisher<T>(
  context: AppContext,
  kafka: KafkaSettings,
  work: (log: { readonly publisher: EventPublisher; readonly topic: string }) => Promise<T>,
): Promise<T> {
  const { ensureTopics } = await import("../../services/kafka/topics/topics.ts");
  await ensureTopics(kafka, resultTopics(context));
  const { publisher } = await openKafkaLog(context, kafka);
  try {
    return await work({ publisher, topic: topicsOf(context.configuration.kafka.topicPrefix).checks });
  } finally {
    await publisher.close();
  }
}
