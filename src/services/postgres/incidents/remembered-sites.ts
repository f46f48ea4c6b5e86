/** The table `site_incidents`: what is remembered of sites that are not plainly up. */
import {
  isWorthRemembering,
  type RememberedSite,
  readRememberedSite,
} from "../../../core/incidents/remembering.ts";
import type { SiteIncidents } from "../../../core/incidents/site-incidents.ts";
import type { CountedResult } from "../../../core/reporting/rollup.ts";
import { textColumn, uuidColumn } from "../binary/columns.ts";
import type { Sql } from "../connecting/sql.ts";

const NOTHING_YET = "null";

/** A row to lock for every site that has a bad result; two consumers of one site wait for each other here. */
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

/** So many ids at most are read of the table before a batch's own ids are asked for. */
const FEW = 1000;

const REMEMBERED = `SELECT site_id AS "siteId" FROM site_incidents LIMIT ${FEW}`;

/**
 * Of the sites of these results, those whose incidents the results may change: the site has a bad one among them, or is
 * remembered. Null stands for a site of which nothing is remembered yet. Usually few sites are remembered, and a batch
 * concerns thousands: so the remembered ids come here, and the batch's ids go to the server only where those are many.
 */
export async function lockRememberedSites(
  sql: Sql,
  results: readonly CountedResult[],
): Promise<ReadonlyMap<string, RememberedSite | null>> {
  const remembered = await sql.rows<{ siteId: string }>(REMEMBERED);
  const bad = results.filter(({ verdict }) => verdict !== "up");
  if (remembered.length === 0 && bad.length === 0) return new Map();
  const concerned = new Set([...remembered, ...bad].map(({ siteId }) => siteId));
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

/** A person's step on the incident that began at `sinceMs`, if it is still the site's own. */
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

/** In the order of ids, so that transactions that meet wait for each other and never in a circle. */
function sitesOf(results: readonly CountedResult[]): readonly string[] {
  return [...new Set(results.map(({ siteId }) => siteId))].sort();
}
