/**
 * The notifier process: sends messages about incidents, by the configured routes and channels, and messages to subscribers
 * of status pages.
 */

import type { IncidentEvent } from "../../contract/alerting/incident-event.ts";
import { topicsOf } from "../../contract/events/topics.ts";
import type { KafkaSettings } from "../../contract/settings/connection-settings.ts";
import { createPlanner, planStep } from "../../core/alerting/sending/planning.ts";
import { runSending } from "../../core/alerting/sending/sending.ts";
import { type PipelineStep, watchPipeline } from "../../core/alerting/watching/watching-pipeline.ts";
import type { Database } from "../../core/database.ts";
import type { EventSource, PartitionLag } from "../../core/events/ports.ts";
import { UnavailableError } from "../../core/failures.ts";
import { runTogether } from "../../core/running/run-together.ts";
import { announceToSubscribers } from "../../core/status-pages/subscribers/announcing.ts";
import { sendToSubscribers } from "../../core/status-pages/subscribers/sending.ts";
import { callHeartbeat } from "../../services/heartbeat/call-heartbeat.ts";
import { systemClock } from "../../services/process/clock.ts";
import { newLeaseOwner } from "../../services/process/lease-owner.ts";
import { alertingOf } from "../wiring/alerting/alerting.ts";
import { type CurrentAlerting, followAlerting } from "../wiring/alerting/current-alerting.ts";
import { configuredKafka, consumerLag, ensureTopicsWhenAvailable } from "../wiring/event-log/event-log.ts";
import { outboxHealth } from "../wiring/health.ts";
import { type AppContext, type Invocation, startApp } from "../wiring/invocation.ts";
import { withOwnDatabase } from "../wiring/opening.ts";
import { subscriberWork } from "../wiring/status-pages/subscribers.ts";

const BATCH = { maxEvents: 100, maxWaitMs: 50 };
/** Results share the outbox with incidents and wake the notifier too: it reads at most this often. */
const READS_APART_MS = 1000;

/** Runs until the signal aborts. Throws `UsageError` for a route to an unknown channel. */
export async function runNotifierApp(invocation: Invocation): Promise<void> {
  const context = startApp("notify", invocation);
  const alerting = await alertingOf(context);
  const kafka = configuredKafka(context);
  await withOwnDatabase(
    {
      context,
      tables: "wait",
      onOpened: ({ description }) =>
        context.log.info(
          { database: description, channels: [...alerting.channels.keys()] },
          "notifier started",
        ),
      health: async ({ database }) => [outboxHealth(database, context, ["deliver"])],
    },
    async ({ database }) => {
      await notify(
        { context, database, kafka, alerting: followAlerting(context, database, alerting), onStep: () => {} },
        invocation.signal,
      );
    },
  );
  context.log.info({}, "notifier stopped");
}

export interface Notification {
  readonly context: AppContext;
  readonly database: Database;
  /** Null when the database is the event log. */
  readonly kafka: KafkaSettings | null;
  readonly alerting: CurrentAlerting;
  /** Called with each incident step after it is planned. */
  readonly onStep: (step: IncidentEvent) => void;
}

/** Sends messages, in a process of its own or in `sitewire up`. */
export async function notify(notification: Notification, signal: AbortSignal): Promise<void> {
  const { context, database, onStep } = notification;
  const { settings: alerting, follow } = notification.alerting;
  const { log, configuration } = context;
  const { deliveries } = database;
  const clock = systemClock;
  const source = await incidentSource(notification, signal);
  const planning = { settings: alerting, deliveries, clock };
  const plan = createPlanner({ ...planning, log, onStep });
  const { maintenance } = configuration;
  const sending = {
    deliveries,
    settings: alerting,
    silences: () => database.silences.list(),
    maintenance: async () => {
      const stored = await database.maintenanceWindows.list();
      return [...maintenance, ...stored.map(({ window }) => window)];
    },
    owner: newLeaseOwner(),
    clock,
    random: Math.random,
    log,
  };
  const telling = subscriberWork(context, database);
  const { heartbeat } = configuration;
  const lag = consumerLag(context, database);
  const watching = {
    settings: heartbeat,
    incidents: database.pipeline,
    unrecorded: () => unrecordedBy(lag),
    plan: ({ step, position }: PipelineStep) => planStep(step, position, planning),
    callHeartbeat: async (until: AbortSignal) =>
      heartbeat.url === undefined ? null : await callHeartbeat(heartbeat.url, until),
    clock,
    log,
  };
  await runTogether(
    (until) => source.run(plan, until),
    [
      (until) => runSending(sending, until),
      (until) => watchPipeline(watching, until),
      (until) => announceToSubscribers(telling.announcing, until),
      (until) => sendToSubscribers(telling.sending, until),
      follow,
    ],
    signal,
  );
}

/** Number of published events that are not recorded; null while Kafka does not answer. */
async function unrecordedBy(lag: () => Promise<readonly PartitionLag[]>): Promise<number | null> {
  try {
    return (await lag()).reduce((sum, partition) => sum + Number(partition.lag), 0);
  } catch (error) {
    if (error instanceof UnavailableError) return null;
    throw error;
  }
}

async function incidentSource(
  { context, database, kafka }: Notification,
  signal: AbortSignal,
): Promise<EventSource> {
  const { configuration, log } = context;
  const topics = [topicsOf(configuration.kafka.topicPrefix).incidents];
  const group = `${configuration.kafka.group}-notifier`;
  if (kafka === null) return database.eventSource({ topics, group, apartMs: READS_APART_MS });
  await ensureTopicsWhenAvailable(kafka, topics, context, signal);
  const { instanceId } = configuration.kafka;
  const { createKafkaEventSource } = await import("../../services/kafka/consuming/consumer.ts");
  return createKafkaEventSource({
    settings: kafka,
    groupId: group,
    instanceId,
    topics,
    from: "earliest",
    batch: BATCH,
    log,
  });
}
