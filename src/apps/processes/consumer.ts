/** The consumer process: records results from Kafka in the database. */

import { topicsOf } from "../../contract/events/topics.ts";
import type { KafkaSettings } from "../../contract/settings/connection-settings.ts";
import type { Database } from "../../core/database.ts";
import type { EventPublisher, EventSource } from "../../core/events/ports.ts";
import { watchExpiry } from "../../core/incidents/watching-expiry.ts";
import { watchObservation } from "../../core/incidents/watching-observation.ts";
import { runMaintenance } from "../../core/recording/maintenance.ts";
import { createRecorder } from "../../core/recording/recorder.ts";
import { CountedLog } from "../../core/running/counted-log.ts";
import { repeatUntilAborted } from "../../core/running/repeating.ts";
import { retryWhileUnavailable } from "../../core/running/retrying.ts";
import { runTogether } from "../../core/running/run-together.ts";
import { systemClock } from "../../services/process/clock.ts";
import type { EventCounter } from "../../services/telemetry/health-server.ts";
import {
  consumedTopics,
  ensureTopicsWhenAvailable,
  openEventLog,
  openKafkaPublisher,
  requiredKafka,
  resultTopics,
} from "../wiring/event-log/event-log.ts";
import { consumerHealth, outboxHealth } from "../wiring/health.ts";
import { type AppContext, type Invocation, startApp } from "../wiring/invocation.ts";
import { withOwnDatabase } from "../wiring/opening.ts";
import { retentionPolicy } from "../wiring/retention.ts";
import { watchSiteDomains } from "../wiring/sites/site-domains.ts";

const LARGEST_BATCH = 10_000;
/** Tolerates small clock differences. A slot further ahead than this comes from a wrong clock. */
const SLOT_AHEAD_MS = 5 * 60_000;
/** With a smaller backlog than this, the recorded results show which sites are observed. */
const CAUGHT_UP_AGE_MS = 60_000;
const CAUGHT_UP_EVENTS = 10_000;
/** How often pending log lines are checked. */
const LOG_COUNTS_EVERY_MS = 10_000;

export interface ConsumerOptions {
  /** Where a group without offsets begins, milliseconds since the epoch; the earliest event when omitted. */
  readonly fromMs?: number | undefined;
  /** Told how far the consumer has come in what was there at its start. */
  readonly catchingUp?: CatchingUp | undefined;
}

export interface CatchingUp {
  /** Called once, with the number of events to record. */
  begin(events: number): void;
  /** Called with the number of events of each recorded batch. */
  recorded(events: number): void;
}

/** Runs until the signal aborts. */
export async function runConsumerApp(
  invocation: Invocation,
  { fromMs, catchingUp }: ConsumerOptions,
): Promise<void> {
  const context = startApp("consume", invocation);
  const kafka = requiredKafka(context, "consume");
  const { group } = context.configuration.kafka;
  await withOwnDatabase(
    {
      context,
      tables: "wait",
      onOpened: ({ description }) =>
        context.log.info({ database: description, brokers: kafka.brokers, group }, "consumer started"),
      health: async ({ database }) => [
        outboxHealth(database, context, ["record"]),
        consumerHealth(await openEventLog(context, database)),
      ],
    },
    async ({ database }, counter) => {
      await recordFromKafka({ context, database, counter, kafka, fromMs, catchingUp }, invocation.signal);
    },
  );
  context.log.info({}, "consumer stopped");
}

export interface Recording {
  readonly context: AppContext;
  readonly database: Database;
  readonly counter: EventCounter;
}

export interface KafkaRecording extends Recording, ConsumerOptions {
  readonly kafka: KafkaSettings;
}

/** Records from Kafka, in a process of its own or in `sitewire up`. */
export async function recordFromKafka(recording: KafkaRecording, signal: AbortSignal): Promise<void> {
  const { context, kafka, fromMs, catchingUp } = recording;
  const { configuration, log } = context;
  await ensureTopicsWhenAvailable(kafka, resultTopics(context), context, signal);
  const { group, instanceId } = configuration.kafka;
  const { createKafkaEventSource } = await import("../../services/kafka/consuming/consumer.ts");
  const { readKafkaLag } = await import("../../services/kafka/topics/lag.ts");
  const deadLetters = await openKafkaPublisher(context, kafka);
  const backlog = async (): Promise<number> => {
    const topics = consumedTopics(context);
    const lags = await readKafkaLag({ settings: kafka, groupId: group, topics, from: fromMs });
    return lags.reduce((sum, { lag }) => sum + Number(lag), 0);
  };
  const source = createKafkaEventSource({
    settings: kafka,
    groupId: group,
    instanceId,
    topics: consumedTopics(context),
    from: fromMs ?? "earliest",
    batch: { maxEvents: LARGEST_BATCH, maxWaitMs: configuration.outbox.gather },
    log,
  });
  try {
    if (catchingUp !== undefined) {
      const patient = { what: "Kafka", log, signal };
      catchingUp.begin(await retryWhileUnavailable(backlog, patient));
    }
    const onReceived = (events: number): void => catchingUp?.recorded(events);
    await record({ ...recording, source, deadLetters, backlog, onReceived }, signal);
  } finally {
    await deadLetters.close();
  }
}

/** Records from the database when it is the event log. */
export async function recordFromDatabase(recording: Recording, signal: AbortSignal): Promise<void> {
  const { database, context } = recording;
  const { kafka, outbox } = context.configuration;
  const topics = consumedTopics(context);
  const source = database.eventSource({ topics, group: kafka.group, gatherMs: outbox.gather });
  const backlog = async (): Promise<number> => 0;
  await record({ ...recording, source, deadLetters: database.logPublisher, backlog }, signal);
}

interface SourcedRecording extends Recording {
  readonly source: EventSource;
  readonly deadLetters: EventPublisher;
  /** Number of events in the event log that are not recorded yet. Throws `UnavailableError`. */
  readonly backlog: () => Promise<number>;
  /** Called with the number of events of each batch, once it is recorded. */
  readonly onReceived?: (events: number) => void;
}

async function record(
  { context, database, counter, source, deadLetters, backlog, onReceived }: SourcedRecording,
  signal: AbortSignal,
): Promise<void> {
  const { configuration, log } = context;
  const policy = retentionPolicy(configuration);
  const counted = new CountedLog(systemClock);
  const handle = createRecorder({
    store: database.results,
    deadLetters,
    deadTopic: topicsOf(configuration.kafka.topicPrefix).checksDead,
    originalTopic: configuration.kafka.originalTopic,
    counted,
    window: { aheadMs: SLOT_AHEAD_MS, keepMs: policy.keepResultsMs },
    clock: systemClock,
    log,
    onRecorded(outcome) {
      log.debug(outcome, "batch recorded");
      onReceived?.(outcome.received);
      counter.add("sitewire_events_received_total", "events read from the log", outcome.received);
      counter.add("sitewire_results_recorded_total", "results that were new", outcome.inserted);
      counter.add("sitewire_dead_letters_total", "events set aside as dead letters", outcome.dead);
    },
  });
  const { maintenance, observation } = database;
  const { rdapServer: server } = configuration.domains;
  const queue = database.outboxQueue({ afterParked: configuration.outbox.afterParked });
  const isCaughtUp = async (): Promise<boolean> => {
    const { oldestAgeMs } = await queue.backlog();
    return (oldestAgeMs ?? 0) < CAUGHT_UP_AGE_MS && (await backlog()) < CAUGHT_UP_EVENTS;
  };
  const logDue = async (): Promise<number> => {
    counted.logDue();
    return LOG_COUNTS_EVERY_MS;
  };
  try {
    await runTogether(
      (until) => source.run(handle, until),
      [
        (until) => runMaintenance({ maintenance, policy, clock: systemClock, log }, until),
        (until) => watchObservation({ observation, isCaughtUp, clock: systemClock, log }, until),
        (until) => watchExpiry({ expiry: database.expiry, clock: systemClock, log }, until),
        ...(server === undefined
          ? []
          : [(until: AbortSignal) => watchSiteDomains({ database, server, log }, until)]),
        (until) => repeatUntilAborted(logDue, { what: "log", clock: systemClock, log }, until),
      ],
      signal,
    );
  } finally {
    counted.logRemaining();
  }
}
