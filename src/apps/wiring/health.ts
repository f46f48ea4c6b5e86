/** Serves a running app's health and metrics over HTTP when `health.address` is set. */
import type { Database, DatabaseWork } from "../../core/database.ts";
import { UnavailableError } from "../../core/failures.ts";
import { outagesOf } from "../../core/running/outages.ts";
import type { EventCounter, HealthSource } from "../../services/telemetry/health-server.ts";
import type { EventLog } from "./event-log/event-log.ts";
import type { AppContext } from "./invocation.ts";

/** Discards counts, so the metrics library is not loaded without `health.address`. */
const uncounted: EventCounter = { add() {} };

/** Runs `work` while serving the app's health. Throws `UsageError` or `FailureError` for an unusable address. */
export async function withHealth(
  { context, sources }: { readonly context: AppContext; readonly sources: readonly HealthSource[] },
  work: (counter: EventCounter) => Promise<void>,
): Promise<void> {
  const { configuration, log } = context;
  const { address } = configuration.health;
  if (address === undefined) return await work(uncounted);
  const { createHealth } = await import("../../services/telemetry/health-server.ts");
  const health = createHealth({ log });
  const served = await health.serve(address, [workHealth(context), ...sources]);
  log.info({ address, port: served.port }, "health served");
  try {
    await work(health);
  } finally {
    await served.close();
  }
}

/** Reports the app as not ready while one of its parts fails and is retried. */
function workHealth({ log }: AppContext): HealthSource {
  return {
    name: "work",
    async read() {
      const { reasons } = outagesOf(log);
      if (reasons.size > 0) throw new UnavailableError([...reasons].join("; "));
      return [];
    },
  };
}

/** Reports the outbox backlog, and fails when the database is unavailable or refuses what the app writes. */
export function outboxHealth(
  database: Database,
  { configuration }: AppContext,
  works: readonly DatabaseWork[],
): HealthSource {
  const queue = database.outboxQueue({ afterParked: configuration.outbox.afterParked });
  return {
    name: "database",
    async read() {
      await database.tryWriting(works);
      const { unpublished, parked, oldestAgeMs } = await queue.backlog();
      return [
        {
          name: "sitewire_outbox_unpublished_rows",
          meaning: "outbox rows not published yet",
          value: unpublished,
        },
        { name: "sitewire_outbox_parked_rows", meaning: "outbox rows their topic refused", value: parked },
        {
          name: "sitewire_outbox_oldest_age_seconds",
          meaning: "age of the oldest unpublished outbox row",
          value: (oldestAgeMs ?? 0) / 1000,
        },
      ];
    },
  };
}

/** Reports the consumer's lag, and fails when the event log is unavailable. */
export function consumerHealth(eventLog: Pick<EventLog, "lag">): HealthSource {
  return {
    name: "event_log",
    async read() {
      const partitions = await eventLog.lag();
      return partitions.map(({ topic, partition, lag }) => ({
        name: "sitewire_consumer_lag_events",
        meaning: "events of a partition the consumer has not recorded yet",
        value: Number(lag),
        labels: { topic, partition: String(partition) },
      }));
    },
  };
}
