/**
 * Records which incident is behind another one, in the transaction that records the results. A declared dependency takes
 * precedence over likeness (src/core/incidents/likeness.ts). No incident is ever behind itself, also not indirectly.
 */
import { textColumn } from "../binary/columns.ts";
import type { Sql } from "../connecting/sql.ts";

/** Serialises the search for a parent: of two alike incidents that open at once, one must see the other. */
const LOCK = "SELECT pg_advisory_xact_lock(1937007981, 2)";

const SET_KEYS = "UPDATE incidents SET likeness = $2::text[] WHERE id = $1";

/** `others` are the incidents that may be behind incident $1, best first. */
const joinFirstOf = (others: string): string => `
  UPDATE incidents AS incident SET parent_id = (
    SELECT other.id FROM incidents AS other, sites AS site
    WHERE site.id = incident.site_id AND other.id <> incident.id AND other.state <> 'resolved' AND other.kind = 'site'
      AND (other.severity = 'down' OR incident.severity = 'degraded')
      AND NOT EXISTS (
        WITH RECURSIVE behind (id) AS (
          SELECT other.parent_id UNION
          SELECT above.parent_id FROM incidents AS above JOIN behind ON above.id = behind.id
        )
        SELECT FROM behind WHERE id = incident.id
      )
      AND ${others}
    ORDER BY other.parent_id IS NOT NULL, other.since, other.id LIMIT 1
  )
  WHERE incident.id = $1 AND incident.parent_id IS NULL`;

const JOIN_DEPENDENCY = joinFirstOf(`other.severity = 'down' AND other.site_id IN (
  SELECT id FROM sites WHERE name = site.depends_on UNION SELECT id FROM sites WHERE url = site.depends_on
)`);

const JOIN_ALIKE = joinFirstOf("other.likeness && incident.likeness");

/** The unresolved incidents of the sites that depend on this incident's site. */
const ADOPT = `
  WITH RECURSIVE behind (id) AS (
    SELECT parent_id FROM incidents WHERE id = $1
    UNION SELECT above.parent_id FROM incidents AS above JOIN behind ON above.id = behind.id
  )
  UPDATE incidents AS child SET parent_id = $1
  FROM incidents AS parent
  JOIN sites AS needed ON needed.id = parent.site_id
  JOIN sites AS site ON site.depends_on = needed.name OR site.depends_on = needed.url
  WHERE parent.id = $1 AND parent.severity = 'down' AND child.site_id = site.id AND child.state <> 'resolved'
    AND child.kind = 'site' AND child.id <> $1 AND child.parent_id IS DISTINCT FROM $1
    AND NOT EXISTS (SELECT FROM behind WHERE behind.id = child.id)
    AND NOT EXISTS (
      SELECT FROM incidents AS declared JOIN sites AS other ON other.id = declared.site_id
      WHERE declared.id = child.parent_id AND declared.state <> 'resolved'
        AND (other.name = site.depends_on OR other.url = site.depends_on)
    )`;

const PARENT = `SELECT parent_id AS "parentId" FROM incidents WHERE id = $1`;

/** Finds the incident behind a new one, and the incidents that the new one is behind. Returns the parent's id. */
export async function joinIncident(
  sql: Sql,
  incidentId: string,
  likeness: readonly string[],
): Promise<string | null> {
  await sql.rows(LOCK);
  await sql.change(SET_KEYS, [incidentId, textColumn(likeness)]);
  await sql.change(JOIN_DEPENDENCY, [incidentId]);
  // Before likeness: a site that depends on this one may have failed alike, and earlier.
  await adoptDependents(sql, incidentId);
  if (likeness.length > 0) await sql.change(JOIN_ALIKE, [incidentId]);
  const [row] = await sql.rows<{ parentId: string | null }>(PARENT, [incidentId]);
  return row?.parentId ?? null;
}

/** For an incident that is down now. */
export async function adoptDependents(sql: Sql, incidentId: string): Promise<void> {
  await sql.change(ADOPT, [incidentId]);
}
