/** What a live update of an incident says. */
import type { LiveIncident } from "../../../contract/api/pipeline/live.ts";
import type { LiveIncidentFacts } from "../../../core/live/ports.ts";
import type { Sql, SqlValue } from "../connecting/sql.ts";

const INCIDENTS = `
  SELECT incident.id, incident.site_id AS "siteId", incident.state, incident.severity, incident.since,
    incident.resolved_at AS "resolvedAt", step.step, coalesce(site.tags, '{}') AS tags
  FROM incidents AS incident
  JOIN LATERAL (
    SELECT step FROM incident_steps WHERE incident_id = incident.id ORDER BY position DESC LIMIT 1
  ) AS step ON true
  LEFT JOIN sites AS site ON site.id = incident.site_id
  WHERE incident.id = ANY ($1::uuid[])
  ORDER BY incident.since, incident.id`;

type IncidentRow = Pick<LiveIncident, "id" | "siteId" | "state" | "severity" | "step"> & {
  readonly since: Date;
  readonly resolvedAt: Date | null;
  readonly tags: readonly string[];
};

export async function readLiveIncidents(sql: Sql, ids: SqlValue): Promise<readonly LiveIncidentFacts[]> {
  const rows = await sql.rows<IncidentRow>(INCIDENTS, [ids]);
  return rows.map(({ since, resolvedAt, tags, ...incident }) => ({
    incident: {
      ...incident,
      sinceAt: since.toISOString(),
      resolvedAt: resolvedAt?.toISOString() ?? null,
    },
    tags,
  }));
}
