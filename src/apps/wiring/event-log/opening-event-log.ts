/** Opens the event log for some work, and closes its publisher afterwards, also when the work fails. */

import { topicsOf } from "../../../contract/events/topics.ts";
import type { KafkaSettings } from "../../../contract/settings/connection-settings.ts";
import type { Database } from "../../../core/database.ts";
import type { EventPublisher } from "../../../core/events/ports.ts";
import type { DeadLetterLog } from "../../../core/recording/open-dead-letters.ts";
import { systemClock } from "../../../services/process/clock.ts";
import type { AppContext } from "../invocation.ts";
import { withDatabase } from "../opening.ts";
import { configuredKafka, type EventLog, openEventLog, openKafkaLog, resultTopics } from "./event-log.ts";

/** Runs `work` with the configured event log. Throws `UsageError`, and whatever `work` throws. */
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

/** Runs `work` with the dead letters of the event log. With Kafka it needs no database. Throws `UsageError`. */
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
  const eventLog = await openKafkaLog(context, kafka);
  try {
    return await work({ ...eventLog, clock: systemClock });
  } finally {
    await eventLog.publisher.close();
  }
}

/**
 * Runs `work` with a publisher to the topic of results, and creates the topic if it is missing. Throws
 * `UnavailableError`.
 */
export async function withResultsPublisher<T>(
  context: AppContext,
  kafka: KafkaSettings,
  work: (results: { readonly publisher: EventPublisher; readonly topic: string }) => Promise<T>,
): Promise<T> {
  const { ensureTopics } = await import("../../../services/kafka/topics/topics.ts");
  await ensureTopics(kafka, resultTopics(context));
  const { publisher } = await openKafkaLog(context, kafka);
  try {
    return await work({ publisher, topic: topicsOf(context.configuration.kafka.topicPrefix).checks });
  } finally {
    await publisher.close();
  }
}
