/** Keeps each site's latest result, by slot, and registers sites that only their results tell of. */

import { DEFAULT_INTERVAL_MS } from "../../../contract/checks/site.ts";
import { DAY_MS } from "../../../contract/duration.ts";
import {
  doubleColumn,
  instantColumn,
  integerColumn,
  smallIntegerColumn,
  textColumn,
  uuidColumn,
} from "../binary/columns.ts";
import type { Sql } from "../connecting/sql.ts";
import type { PreparedResult } from "./prepared-result.ts";

/** More sites than these are not named in `live_changes`: whoever follows it reads all sites again. */
const MOST_NAMED_SITES = 1000;

/** Also tells `live_changes` whose latest result is new, in the same statement: it costs no round trip. */
const UPSERT_STATE = `
  WITH changed AS (
    INSERT INTO site_state AS state (
      site_id, location, slot, checked_at, verdict, status_code, response_time_ms, error_code, error_message,
      certificate_expires_at
    )
    SELECT site_id, location, slot, checked_at, verdict::verdict, status_code, response_time_ms, error_code,
      error_message, certificate_expires_at
    FROM unnest(
      $1::uuid[], $2::text[], $3::timestamptz[], $4::timestamptz[], $5::text[], $6::smallint[],
      $7::double precision[], $8::text[], $9::text[], $10::timestamptz[]
    ) AS new (
      site_id, location, slot, checked_at, verdict, status_code, response_time_ms, error_code, error_message,
      certificate_expires_at
    )
    ON CONFLICT (site_id, location) DO UPDATE SET
      slot = excluded.slot, checked_at = excluded.checked_at, verdict = excluded.verdict,
      status_code = excluded.status_code, response_time_ms = excluded.response_time_ms,
      error_code = excluded.error_code, error_message = excluded.error_message,
      certificate_expires_at = excluded.certificate_expires_at
    WHERE state.slot < excluded.slot
      -- No recorder takes such a slot: it was written by another hand, and would stay until its time has come.
      OR state.slot > now() + interval '10 minutes'
    RETURNING state.site_id
  )
  INSERT INTO live_changes AS ring (xid, site_ids)
  SELECT pg_current_xact_id(),
    CASE WHEN count(DISTINCT site_id) <= ${MOST_NAMED_SITES} THEN array_agg(DISTINCT site_id) END
  FROM changed HAVING count(*) > 0
  ON CONFLICT (place) DO UPDATE SET
    position = excluded.position, xid = excluded.xid, site_ids = excluded.site_ids, incident_ids = excluded.incident_ids`;

/** Results site by site, and those of a site in the order of their slots. */
export async function updateSiteState(sql: Sql, results: readonly PreparedResult[]): Promise<void> {
  const rows = latestOfEach(results);
  await sql.change(UPSERT_STATE, [
    uuidColumn(rows.map(({ siteId }) => siteId)),
    textColumn(rows.map(({ location }) => location)),
    instantColumn(rows.map(({ slotMs }) => slotMs)),
    instantColumn(rows.map(({ result }) => Date.parse(result.checkedAt))),
    textColumn(rows.map(({ verdict }) => verdict)),
    smallIntegerColumn(rows.map(({ result }) => result.statusCode)),
    doubleColumn(rows.map(({ responseTimeMs }) => responseTimeMs)),
    textColumn(rows.map(({ result }) => result.error?.code ?? null)),
    textColumn(rows.map(({ result }) => result.error?.message ?? null)),
    instantColumn(
      rows.map(({ result }) =>
        result.certificateExpiresAt === null ? null : Date.parse(result.certificateExpiresAt),
      ),
    ),
  ]);
}

/** The last of each site and location, in their order. */
function latestOfEach(results: readonly PreparedResult[]): readonly PreparedResult[] {
  const latest: PreparedResult[] = [];
  let ofOneSite = new Map<string, PreparedResult>();
  for (const [index, result] of results.entries()) {
    const { siteId } = result;
    if (results[index - 1]?.siteId !== siteId && results[index + 1]?.siteId !== siteId) {
      latest.push(result);
      continue;
    }
    ofOneSite.set(result.location, result);
    if (results[index + 1]?.siteId === siteId) continue;
    latest.push(...[...ofOneSite].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, last]) => last));
    ofOneSite = new Map();
  }
  return latest;
}

const REGISTER_SITES = `
  INSERT INTO sites (id, name, url, interval_ms, source, in_schedule)
  SELECT id, name, url, interval_ms, 'observed', false
  FROM unnest($1::uuid[], $2::text[], $3::text[], $4::integer[]) AS new (id, name, url, interval_ms)
  ON CONFLICT (id) DO NOTHING`;

const SHORTEST_INTERVAL_MS = 1000;
const LONGEST_INTERVAL_MS = DAY_MS;

/** One result of each site, in the order of the sites' ids. */
export async function registerSites(sql: Sql, results: readonly PreparedResult[]): Promise<void> {
  if (results.length === 0) return;
  await sql.change(REGISTER_SITES, [
    uuidColumn(results.map(({ siteId }) => siteId)),
    textColumn(results.map(({ result }) => result.siteName || null)),
    textColumn(results.map(({ result }) => result.url)),
    integerColumn(results.map(({ result }) => storableInterval(result.intervalMs ?? DEFAULT_INTERVAL_MS))),
  ]);
}

function storableInterval(intervalMs: number): number {
  return Math.min(LONGEST_INTERVAL_MS, Math.max(SHORTEST_INTERVAL_MS, intervalMs));
}
