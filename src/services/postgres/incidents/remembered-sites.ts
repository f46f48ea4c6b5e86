/** The table `site_incidents`: the stored state of sites that are not simply up. */
import {
  isWorthRemembering,
  type RememberedSite,
  readRememberedSite,
} from "../../../core/incidents/remembering.ts";
import type { SiteIncidents } from "../../../core/incidents/site-incidents.ts";
import type { CountedResult } from "../../../core/reporting/rollup.ts";
import { textColumn, uuidColumn } from "../binary/columns.ts";
import type { Sql } from "../connecting/sql.ts";
import type { CutOffLocation } from "./location-incidents.ts";

const NOTHING_YET = "null";

/** A row to lock per site with a bad result. It serialises two consumers that record results of one site. */
const ADD = `
  INSERT INTO site_incidents (site_id, state) SELECT site_id, '${NOTHING_YET}' FROM unnest($1::uuid[]) AS new (site_id)
  ON CONFLICT DO NOTHING`;

const LOCK = `
  SELECT site_id AS "siteId", state FROM site_incidents WHERE site_id = ANY ($1::uuid[])
  ORDER BY site_id FOR UPDATE`;

const SAVE = `
  UPDATE site_incidents AS site SET state = new.state::jsonb
  FROM unnest($1::uuid[], $2::text[]) AS new (site_id, state) WHERE site.site_id = new.site_id`;

const FORGET = "DELETE FROM site_incidents WHERE site_id = ANY ($1::uuid[])";

/** Largest number of ids to read from the table before the batch's own ids are sent instead. */
const FEW = 1000;

/** Locations that are cut off too, so that a batch of good results costs one statement. */
const REMEMBERED = `
  (SELECT site_id AS "siteId", NULL AS "incidentId", NULL AS location, NULL::double precision AS "seenUntilMs"
    FROM site_incidents LIMIT ${FEW})
  UNION ALL
  SELECT NULL, id, location, (extract(epoch FROM seen_until) * 1000)::double precision
  FROM incidents WHERE kind = 'location' AND state <> 'resolved'`;

type RememberedRow = { readonly siteId: string } | ({ readonly siteId: null } & CutOffLocation);

export interface Remembered {
  /** Ids of sites with stored state; at most `FEW` of them. */
  readonly siteIds: readonly string[];
  readonly cutOff: readonly CutOffLocation[];
}

export async function loadRemembered(sql: Sql): Promise<Remembered> {
  const rows = await sql.rows<RememberedRow>(REMEMBERED);
  return {
    siteIds: rows.flatMap(({ siteId }) => siteId ?? []),
    cutOff: rows.flatMap((row) => (row.siteId === null ? [row] : [])),
  };
}

/**
 * Returns the sites whose incidents these results can change: sites with a bad result and sites with stored state. Null
 * means no stored state. Usually few sites have stored state while a batch concerns thousands, so `loadRemembered` reads
 * all stored ids, and this sends the batch's ids to the server only when there are many stored ones.
 */
export async function lockRememberedSites(
  sql: Sql,
  results: readonly CountedResult[],
  remembered: readonly string[],
): Promise<ReadonlyMap<string, RememberedSite | null>> {
  const bad = results.filter(({ verdict }) => verdict !== "up");
  if (remembered.length === 0 && bad.length === 0) return new Map();
  const concerned = new Set([...remembered, ...bad.map(({ siteId }) => siteId)]);
  const ids = sitesOf(
    remembered.length < FEW ? results.filter(({ siteId }) => concerned.has(siteId)) : results,
  );
  if (ids.length === 0) return new Map();
  if (bad.length > 0) await sql.change(ADD, [uuidColumn(sitesOf(bad))]);
  const rows = await sql.rows<{ siteId: string; state: unknown }>(LOCK, [uuidColumn(ids)]);
  return new Map(
    rows.map(({ siteId, state }) => [siteId, state === null ? null : readRememberedSite(state)]),
  );
}

export async function rememberSites(sql: Sql, sites: ReadonlyMap<string, RememberedSite>): Promise<void> {
  const [kept, forgotten] = [true, false].map((wanted) =>
    [...sites].filter(([, site]) => isWorthRemembering(site) === wanted),
  );
  if (kept !== undefined && kept.length > 0) {
    await sql.change(SAVE, [
      uuidColumn(kept.map(([siteId]) => siteId)),
      textColumn(kept.map(([, site]) => JSON.stringify(site))),
    ]);
  }
  if (forgotten !== undefined && forgotten.length > 0) {
    await sql.change(FORGET, [uuidColumn(forgotten.map(([siteId]) => siteId))]);
  }
}

/** Applies a person's step to the incident that began at `sinceMs`, if it is still the site's current one. */
export async function changeRememberedSite(
  sql: Sql,
  siteId: string,
  sinceMs: number,
  change: (site: SiteIncidents) => SiteIncidents | null,
): Promise<void> {
  const [row] = await sql.rows<{ state: unknown }>(LOCK, [uuidColumn([siteId])]);
  if (row === undefined || row.state === null) return;
  const remembered = readRememberedSite(row.state);
  const { site } = remembered.incidents;
  if ((site.state !== "open" && site.state !== "acknowledged") || site.sinceMs !== sinceMs) return;
  const changed = change(remembered.incidents);
  if (changed !== null) await rememberSites(sql, new Map([[siteId, { ...remembered, incidents: changed }]]));
}

/** Orders the ids: a fixed lock order prevents deadlocks. */
function sitesOf(results: readonly CountedResult[]): readonly string[] {
  return [...new Set(results.map(({ siteId }) => siteId))].sort();
}
