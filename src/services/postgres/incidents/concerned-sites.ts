/** What recording incidents needs to know of their sites. */
import { uuidColumn } from "../binary/columns.ts";
import type { Sql } from "../connecting/sql.ts";

export interface ConcernedSite {
  readonly siteId: string;
  readonly name: string | null;
  readonly url: string;
  readonly intervalMs: number;
  /** The newest slot of any location, the batch's own included; milliseconds since the epoch. */
  readonly newestMs: number | null;
}

const SITES = `
  SELECT id AS "siteId", name, url, interval_ms AS "intervalMs", (
    SELECT (extract(epoch FROM max(slot)) * 1000)::double precision FROM site_state WHERE site_id = site.id
  ) AS "newestMs"
  FROM sites AS site WHERE id = ANY ($1::uuid[])`;

export async function loadConcernedSites(
  sql: Sql,
  siteIds: readonly string[],
): Promise<ReadonlyMap<string, ConcernedSite>> {
  const rows = await sql.rows<ConcernedSite>(SITES, [uuidColumn(siteIds)]);
  return new Map(rows.map((site) => [site.siteId, site]));
}
