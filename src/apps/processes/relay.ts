/** The relay process: publishes the rows of one or several outbox tables to Kafka. */
import type { KafkaSettings } from "../../contract/settings/connection-settings.ts";
import type { Database } from "../../core/database.ts";
import { runRelay } from "../../core/relaying/relay.ts";
import { systemClock } from "../../services/process/clock.ts";
import { newLeaseOwner } from "../../services/process/lease-owner.ts";
import type { EventCounter } from "../../services/telemetry/health-server.ts";
import {
  ensureTopicsWhenAvailable,
  openKafkaPublisher,
  requiredKafka,
  sitewireTopics,
} from "../wiring/event-log/event-log.ts";
import { outboxHealth } from "../wiring/health.ts";
import { type AppContext, type Invocation, startApp } from "../wiring/invocation.ts";
import { withOwnDatabase } from "../wiring/opening.ts";

const PIPELINES = 4;
const POLL_MS = 1000;
const LEASE_MS = 30_000;

/** Runs until the signal aborts. `tables` are `schema.table` names; empty means Sitewire's own outbox. */
export async function runRelayApp(
  invocation: Invocation,
  { tables }: { readonly tables: readonly string[] },
): Promise<void> {
  const context = startApp("relay", invocation);
  const kafka = requiredKafka(context, "relay");
  await withOwnDatabase(
    {
      context,
      tables: "wait",
      onOpened: ({ description }) =>
        context.log.info({ database: description, brokers: kafka.brokers, tables }, "relay started"),
      health: async ({ database }) => [outboxHealth(database, context, ["publish"])],
    },
    async ({ database }, counter) => {
      await relayOutboxes({ context, database, counter, kafka, tables }, invocation.signal);
    },
  );
  context.log.info({}, "relay stopped");
}

export interface RelayedOutboxes {
  readonly context: AppContext;
  readonly database: Database;
  readonly counter: EventCounter;
  readonly kafka: KafkaSettings;
  readonly tables: readonly string[];
}

/** Relays outboxes, in a process of its own or in `sitewire up`. */
export async function relayOutboxes(
  { context, database, counter, kafka, tables }: RelayedOutboxes,
  signal: AbortSignal,
): Promise<void> {
  const { log, configuration } = context;
  await ensureTopicsWhenAvailable(kafka, sitewireTopics(context), context, signal);
  const owner = newLeaseOwner();
  const { afterParked } = configuration.outbox;
  const ownTopics = new Set(sitewireTopics(context));
  const queues = (tables.length === 0 ? [undefined] : tables).map((table) =>
    database.outboxQueue({ table, afterParked }),
  );
  const publisher = await openKafkaPublisher(context, kafka);
  try {
    await Promise.all(
      queues.map((queue) =>
        runRelay(
          {
            queue,
            publisher,
            clock: systemClock,
            log,
            owner,
            batchSize: configuration.outbox.batchSize,
            pipelines: PIPELINES,
            pollMs: POLL_MS,
            leaseMs: LEASE_MS,
            afterParked,
            waitsForTopic: (topic) => ownTopics.has(topic),
            keepPublishedMs: configuration.outbox.keepPublished,
            onPublished: (count) =>
              counter.add("sitewire_outbox_published_total", "outbox rows published", count),
          },
          signal,
        ),
      ),
    );
  } finally {
    await publisher.close();
  }
}
