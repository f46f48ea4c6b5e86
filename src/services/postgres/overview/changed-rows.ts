/**
 * Reads what changed since an earlier read. A horizon is the oldest transaction that was still running then: whatever
 * became visible later has an `xmin` at or after it (PostgreSQL manual, "System Columns", and the snapshot functions).
 * `age` compares transaction ids also after they wrapped around.
 */
import type { SiteSource } from "../../../contract/api/sites/sites.ts";
import type { Verdict } from "../../../contract/checks/check-result.ts";
import { uuidColumn } from "../binary/columns.ts";
import { millisecondsOf } from "../connecting/instants.ts";
import type { Sql } from "../connecting/sql.ts";

/** For statements whose first parameter is the horizon; null reads every row. */
const CHANGED = "($1::text IS NULL OR age(changed.xmin) <= age($1::text::xid8::xid))";

const SNAPSHOT = `
  SELECT pg_current_snapshot()::text AS snapshot, pg_snapshot_xmin(pg_current_snapshot())::text AS horizon,
    (SELECT count(*)::integer FROM sites) AS "siteCount"`;

export interface Snapshot {
  /** Equal when no transaction has ended in between. */
  readonly snapshot: string;
  readonly horizon: string;
  /** Rows of `sites`: deleted ones leave no other trace. */
  readonly siteCount: number;
}

/** Read it before what it is the horizon of. */
export async function readSnapshot(sql: Sql): Promise<Snapshot> {
  const [row] = await sql.rows<Snapshot & { [column: string]: unknown }>(SNAPSHOT);
  if (row === undefined) throw new Error("pg_current_snapshot returned no row");
  return row;
}

const SITES = `
  SELECT id, name, url, tags, source, enabled, interval_ms AS "intervalMs", regexp, revision,
    in_schedule AS "inSchedule", ${millisecondsOf("watched_at", "watchedAtMs")},
    ${millisecondsOf("created_at", "createdAtMs")}, ${millisecondsOf("updated_at", "updatedAtMs")}
  FROM sites AS changed WHERE ${CHANGED}`;

export type SiteRow = {
  readonly id: string;
  readonly name: string | null;
  readonly url: string;
  readonly tags: readonly string[];
  readonly source: SiteSource;
  readonly enabled: boolean;
  readonly intervalMs: number;
  readonly regexp: string | null;
  readonly revision: number;
  readonly inSchedule: boolean;
  readonly watchedAtMs: number | null;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
};

export async function readSites(sql: Sql, horizon: string | null): Promise<readonly SiteRow[]> {
  return await sql.rows<SiteRow>(SITES, [horizon]);
}

const STATES = `
  SELECT site_id AS "siteId", location, ${millisecondsOf("slot", "slotMs")},
    ${millisecondsOf("checked_at", "checkedAtMs")}, verdict, status_code AS "statusCode",
    response_time_ms AS "responseTimeMs", error_code AS "errorCode", error_message AS "errorMessage",
    ${millisecondsOf("certificate_expires_at", "certificateExpiresAtMs")}
  FROM site_state AS changed WHERE ${CHANGED}`;

export type StateRow = {
  readonly siteId: string;
  readonly location: string;
  readonly slotMs: number;
  readonly checkedAtMs: number;
  readonly verdict: Verdict;
  readonly statusCode: number | null;
  readonly responseTimeMs: number | null;
  readonly errorCode: string | null;
  readonly errorMessage: string | null;
  readonly certificateExpiresAtMs: number | null;
};

export async function readStates(sql: Sql, horizon: string | null): Promise<readonly StateRow[]> {
  return await sql.rows<StateRow>(STATES, [horizon]);
}

const SCHEDULES = `
  SELECT site_id AS "siteId", ${millisecondsOf("valid_from", "fromMs")}, ${millisecondsOf("valid_to", "toMs")},
    interval_ms AS "intervalMs", paused
  FROM site_schedules
  WHERE ($1::uuid[] IS NULL OR site_id = ANY ($1::uuid[]))
    AND (valid_to IS NULL OR valid_to > to_timestamp($2 / 1000.0))
  ORDER BY site_id, valid_from`;

export type ScheduleRow = {
  readonly siteId: string;
  readonly fromMs: number;
  readonly toMs: number | null;
  readonly intervalMs: number;
  readonly paused: boolean;
};

/** The periods that end after an instant, in order; of all sites when `siteIds` is null. */
export async function readSchedules(
  sql: Pick<Sql, "rows">,
  siteIds: readonly string[] | null,
  endAfterMs: number,
): Promise<readonly ScheduleRow[]> {
  const ids = siteIds === null ? null : uuidColumn(siteIds);
  return await sql.rows<ScheduleRow>(SCHEDULES, [ids, endAfterMs]);
}

/** Of a site's open incidents that of its own checks comes first. */
const OPEN_INCIDENTS = `
  SELECT DISTINCT ON (site_id) site_id AS "siteId", id, ${millisecondsOf("since", "sinceMs")}
  FROM incidents WHERE state <> 'resolved' ORDER BY site_id, kind DESC, since`;

export type OpenIncidentRow = { readonly siteId: string; readonly id: string; readonly sinceMs: number };

export async function readOpenIncidents(sql: Sql): Promise<readonly OpenIncidentRow[]> {
  return await sql.rows<OpenIncidentRow>(OPEN_INCIDENTS);
}

const RECOVERIES = `
  SELECT site_id AS "siteId", ${millisecondsOf("max(resolved_at)", "recoveredAtMs")}
  FROM incidents
  WHERE state = 'resolved' AND (since >= to_timestamp($1 / 1000.0) OR site_id = ANY ($2::uuid[]))
  GROUP BY site_id`;

export type RecoveryRow = { readonly siteId: string; readonly recoveredAtMs: number };

/** When the last incident of each site ended: of these sites, and of all with an incident since an instant. */
export async function readRecoveries(
  sql: Sql,
  sinceMs: number,
  siteIds: readonly string[],
): Promise<readonly RecoveryRow[]> {
  return await sql.rows<RecoveryRow>(RECOVERIES, [sinceMs, uuidColumn(siteIds)]);
}
