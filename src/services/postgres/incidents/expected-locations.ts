/** The locations whose results a new site may still get. */
import type { RememberedSite } from "../../../core/incidents/remembering.ts";
import { awaitsExpected } from "../../../core/incidents/rounds.ts";
import type { CountedResult } from "../../../core/reporting/rollup.ts";
import type { Sql } from "../connecting/sql.ts";
import { SHARDS_SCOPE } from "../sites/site-shards.ts";

/** Rows of `site_state` that are read: a location reports on many sites, so some of them name every location. */
const ROWS_READ = 2000;

/** Locations with a running monitor of the table's sites, and locations that reported on any site. */
const EXPECTED = `
  SELECT substr(scope, length('${SHARDS_SCOPE}') + 1) AS location FROM lease_owners
  WHERE starts_with(scope, '${SHARDS_SCOPE}') AND expires_at > now()
  UNION SELECT location FROM (SELECT location FROM site_state LIMIT ${ROWS_READ}) AS state
  ORDER BY location`;

/**
 * Without stored state a site may be in its first slots. Then the location that reports first must not decide alone. A
 * location that does not check the site delays the decision, but does not change it (src/core/incidents/rounds.ts).
 */
export async function loadExpectedLocations(
  sql: Sql,
  batch: ReadonlyMap<string, readonly CountedResult[]>,
  remembered: ReadonlyMap<string, RememberedSite | null>,
): Promise<readonly string[]> {
  const mayBeNew = [...batch].some(([siteId, results]) => {
    const site = remembered.get(siteId) ?? null;
    return site === null || results.some(({ slotMs }) => awaitsExpected(site.incidents.rounds, slotMs));
  });
  if (!mayBeNew) return [];
  const rows = await sql.rows<{ location: string }>(EXPECTED);
  return rows.map(({ location }) => location);
}
