/** Backlog, lag and health, on one screen. */
import type { PipelineStatus } from "../../core/diagnosis/status.ts";
import { UnavailableError } from "../../core/failures.ts";
import { readOpenDeadLetters } from "../../core/recording/open-dead-letters.ts";
import { systemClock } from "../../services/process/clock.ts";
import { connectDatabase } from "../wiring/databases.ts";
import { type EventLog, openEventLog } from "../wiring/event-log.ts";
import { type Invocation, startApp } from "../wiring/invocation.ts";

/** Throws `UnavailableError` when the database can't be asked; a log that can't be asked is told in the status. */
export async function readStatus(invocation: Invocation): Promise<PipelineStatus> {
  const context = startApp("status", invocation);
  const { database, description } = await connectDatabase(context);
  const log = openEventLog(context, database);
  try {
    await database.migrate();
    const { afterParked } = context.configuration.outbox;
    const [sites, outbox, [newest]] = await Promise.all([
      database.sites.list(),
      database.outboxQueue({ afterParked }).backlog(),
      database.history.results({ limit: 1 }),
    ]);
    const enabled = sites.filter((site) => site.enabled).length;
    return {
      database: description,
      eventLog: log.description,
      sites: { enabled, disabled: sites.length - enabled },
      outbox,
      newestResultAgeMs: newest === undefined ? null : systemClock.now() - Date.parse(newest.checkedAt),
      ...(await askLog(log, invocation.signal)),
    };
  } finally {
    await log.publisher.close();
    await database.close();
  }
}

async function askLog(
  log: EventLog,
  signal: AbortSignal,
): Promise<Pick<PipelineStatus, "consumer" | "openDeadLetters" | "failure">> {
  try {
    const partitions = await log.lag();
    let openDeadLetters = 0;
    const count = (): void => {
      openDeadLetters += 1;
    };
    await readOpenDeadLetters({ reader: log.reader, deadTopic: log.deadTopic }, count, signal);
    const lag = partitions.reduce((sum, partition) => sum + Number(partition.lag), 0);
    return { consumer: { lag, partitions: partitions.length }, openDeadLetters, failure: null };
  } catch (error) {
    if (!(error instanceof UnavailableError)) throw error;
    return { consumer: null, openDeadLetters: null, failure: error.message };
  }
}
