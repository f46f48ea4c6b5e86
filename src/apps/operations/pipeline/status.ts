/** Collects backlog, lag and health into one status. */
import type { Site } from "../../../contract/checks/site.ts";
import type { Clock } from "../../../core/clock.ts";
import type { PipelineStatus } from "../../../core/diagnosis/status.ts";
import { UnavailableError } from "../../../core/failures.ts";
import { readOpenDeadLetters } from "../../../core/recording/open-dead-letters.ts";
import type { OutboxQueue } from "../../../core/relaying/ports.ts";
import type { ChosenDatabase } from "../../wiring/databases.ts";
import type { EventLog } from "../../wiring/event-log/event-log.ts";

export interface StatusResources extends Pick<ChosenDatabase, "database" | "description"> {
  readonly queue: Pick<OutboxQueue, "backlog">;
  readonly eventLog: EventLog;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

export interface StatusInput {
  /** Sites that are watched in addition to those of the table. */
  readonly namedSites: readonly Site[];
}

/** Throws `UnavailableError` when the database is unavailable. An unavailable event log is part of the status. */
export async function readStatus(
  { database, description, queue, eventLog, clock, signal }: StatusResources,
  { namedSites }: StatusInput,
): Promise<PipelineStatus> {
  const [stored, elsewhere, outbox, [newest]] = await Promise.all([
    database.sites.list(),
    database.sites.watchedElsewhere(),
    queue.backlog(),
    database.history.results({ limit: 1 }),
  ]);
  const inTable = stored.filter((site) => site.enabled).length;
  const named = namedSites.filter((site) => site.enabled).map((site) => site.id);
  // A site that is both in the table and named elsewhere counts once.
  const known = new Set(stored.map((site) => site.id));
  const outsideTable = new Set([...named, ...elsewhere].filter((id) => !known.has(id))).size;
  return {
    database: description,
    eventLog: eventLog.description,
    sites: { enabled: inTable + outsideTable, disabled: stored.length - inTable, outsideTable },
    outbox,
    newestResultAgeMs: newest === undefined ? null : clock.now() - Date.parse(newest.checkedAt),
    ...(await queryEventLog(eventLog, signal)),
  };
}

async function queryEventLog(
  eventLog: EventLog,
  signal: AbortSignal,
): Promise<Pick<PipelineStatus, "consumer" | "openDeadLetters" | "failure">> {
  try {
    const partitions = await eventLog.lag();
    let openDeadLetters = 0;
    const count = (): void => {
      openDeadLetters += 1;
    };
    await readOpenDeadLetters({ reader: eventLog.reader, deadTopic: eventLog.deadTopic }, count, signal);
    const lag = partitions.reduce((sum, partition) => sum + Number(partition.lag), 0);
    return { consumer: { lag, partitions: partitions.length }, openDeadLetters, failure: null };
  } catch (error) {
    if (!(error instanceof UnavailableError)) throw error;
    return { consumer: null, openDeadLetters: null, failure: error.message };
  }
}
