/** Reads what a location saw lately, compared with the other locations. */

import type { LocationSight } from "../../../core/incidents/cut-off-locations.ts";
import { millisecondsOf } from "../connecting/instants.ts";
import type { Sql } from "../connecting/sql.ts";

/** A location's newest result of a site counts for this many of the site's intervals. */
const RECENT_INTERVALS = 2;
/** And at least for this long. */
const RECENT_MS = 60_000;

/**
 * Compares results of the same slot window: those of the other locations that are at most one window apart. Related sites
 * (one host, or one site they depend on) are one group; a group fails when one of its sites does. A site that is down here
 * fails when another location saw it up in a slot in which it was down here: when it was up a slot before, it may be down
 * there by now too. `down_from` is the earliest such slot that is looked for.
 */
const SIGHT = `
  WITH mine AS (
    SELECT state.site_id, state.slot, state.verdict, site.interval_ms * interval '1 millisecond' AS every,
      greatest(${RECENT_INTERVALS} * site.interval_ms, ${RECENT_MS}) * interval '1 millisecond' AS recent,
      coalesce(site.depends_on, substring(site.url FROM '^[^:]+://(?:[^/@]*@)?([^/?#]+)'), site.id::text) AS related
    FROM site_state AS state JOIN sites AS site ON site.id = state.site_id
    WHERE state.location = $1 AND state.slot > to_timestamp($2::double precision / 1000)
      - greatest(${RECENT_INTERVALS} * site.interval_ms, ${RECENT_MS}) * interval '1 millisecond'
  ), dated AS (
    SELECT mine.*, CASE WHEN verdict = 'down' THEN coalesce((
      SELECT before.slot FROM check_results AS before
      WHERE before.slot = mine.slot - mine.every AND before.site_id = mine.site_id AND before.location = $1
        AND before.verdict = 'down'
    ), slot) END AS down_from
    FROM mine
  ), compared AS (
    SELECT mine.related, mine.slot, mine.down_from,
      coalesce(bool_or(other.verdict = 'up' AND other.slot >= mine.down_from), false) AS failing
    FROM dated AS mine JOIN site_state AS other ON other.site_id = mine.site_id AND other.location <> $1
      AND other.slot BETWEEN mine.slot - mine.recent AND mine.slot + mine.recent
    GROUP BY mine.site_id, mine.related, mine.slot, mine.down_from
  ), grouped AS (
    SELECT related, bool_or(failing) AS failing, min(down_from) FILTER (WHERE failing) AS since,
      max(slot) FILTER (WHERE failing) AS until
    FROM compared GROUP BY related
  )
  SELECT count(*)::integer AS sites, (count(*) FILTER (WHERE failing))::integer AS failing,
    ${millisecondsOf("min(since)", "sinceMs")},
    ${millisecondsOf("max(until)", "untilMs")}
  FROM grouped`;

export interface DatedSight extends LocationSight {
  /** The first and the newest failing slot; null when nothing fails. */
  readonly sinceMs: number | null;
  readonly untilMs: number | null;
}

/** `newestMs` is the newest slot of the location, milliseconds since the epoch. */
export async function readLocationSight(sql: Sql, location: string, newestMs: number): Promise<DatedSight> {
  const [row] = await sql.rows<DatedSight>(SIGHT, [location, newestMs]);
  return row ?? { sites: 0, failing: 0, sinceMs: null, untilMs: null };
}
