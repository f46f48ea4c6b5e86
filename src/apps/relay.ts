/** The relay alone: publishes the rows of one or several outbox tables to Kafka. */
import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import type { KafkaSettings } from "../contract/connection-settings.ts";
import { runRelay } from "../core/relaying/relay.ts";
import { systemClock } from "../services/clock.ts";
import { createKafkaPublisher } from "../services/kafka/publisher.ts";
import type { Database } from "../services/database.ts";
import { migrateWhenAvailable, openDatabase } from "./databases.ts";
import { ensureTopicsWhenAvailable, requiredKafka } from "./event-log.ts";
import { type AppContext, type Invocation, startApp } from "./invocation.ts";

const PIPELINES = 2;
const POLL_MS = 1000;
const LEASE_MS = 30_000;
const PUBLISH_TIMEOUT_MS = 15_000;

/** Runs until asked to stop. `tables` are `schema.table` names; none stands for Sitewire's own outbox. */
export async function runRelayApp(
  invocation: Invocation,
  { tables }: { readonly tables: readonly string[] },
): Promise<void> {
  const context = startApp("relay", invocation);
  const kafka = requiredKafka(context, "relay");
  const chosen = await openDatabase(context);
  try {
    await migrateWhenAvailable(chosen, context);
    context.log.info({ database: chosen.description, brokers: kafka.brokers, tables }, "relay started");
    const { database } = chosen;
    await relayOutboxes({ context, database, kafka, tables }, invocation.signal);
    context.log.info({}, "relay stopped");
  } finally {
    await chosen.database.close();
  }
}

export interface RelayedOutboxes {
  readonly context: AppContext;
  readonly database: Database;
  readonly kafka: KafkaSettings;
  readonly tables: readonly string[];
}

/** The relay's work, wherever it runs. */
export async function relayOutboxes(
  { context, database, kafka, tables }: RelayedOutboxes,
  signal: AbortSignal,
): Promise<void> {
  const { log, configuration } = context;
  await ensureTopicsWhenAvailable(kafka, context, signal);
  const owner = `${hostname()}/${process.pid}/${randomUUID().slice(0, 8)}`;
  const queues =
    tables.length === 0 ? [database.outboxQueue()] : tables.map((table) => database.outboxQueue(table));
  const publisher = createKafkaPublisher({ settings: kafka, requestTimeoutMs: PUBLISH_TIMEOUT_MS, log });
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
            publishTimeoutMs: PUBLISH_TIMEOUT_MS,
            keepPublishedMs: configuration.outbox.keepPublished,
          },
          signal,
        ),
      ),
    );
  } finally {
    await publisher.close();
  }
}
