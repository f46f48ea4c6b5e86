/** Lists incidents by what people filter for. */
import type { Incident, IncidentFilter } from "../../../core/incidents/ports.ts";
import { textColumn } from "../binary/columns.ts";
import type { Sql } from "../connecting/sql.ts";
import { incidentOf, NAMED_INCIDENT_COLUMNS, type NamedIncidentRow } from "./incident-row.ts";

const LIST = `
  SELECT ${NAMED_INCIDENT_COLUMNS}
  FROM incidents AS incident LEFT JOIN sites AS site ON site.id = incident.site_id
  WHERE ($1::text[] IS NULL OR incident.state = ANY ($1))
    AND ($2::text[] IS NULL OR site.id::text = ANY ($2) OR site.name = ANY ($2) OR site.url = ANY ($2))
    AND ($3::text IS NULL OR $3 = ANY (site.tags))
    AND ($4::text IS NULL OR incident.severity = $4)
    AND ($5::double precision IS NULL OR incident.resolved_at IS NULL OR incident.resolved_at > to_timestamp($5 / 1000))
    AND ($6::double precision IS NULL OR incident.since < to_timestamp($6 / 1000))
    AND ($7::text[] IS NULL OR site.tags && $7)
    AND ($8::double precision IS NULL OR incident.since < to_timestamp($8 / 1000)
      OR (incident.since = to_timestamp($8 / 1000) AND incident.id > $9::uuid))
  ORDER BY incident.since DESC, incident.id LIMIT $10`;

/** Newest first. */
export async function listIncidents(sql: Sql, filter: IncidentFilter): Promise<readonly Incident[]> {
  const { states, site, tag, severity, fromMs, toMs, visibleTags, after, limit } = filter;
  const rows = await sql.rows<NamedIncidentRow>(LIST, [
    states === undefined ? null : textColumn(states),
    site === undefined ? null : textColumn([site, site.toLowerCase()]),
    tag ?? null,
    severity ?? null,
    fromMs ?? null,
    toMs ?? null,
    visibleTags === undefined || visibleTags === null ? null : textColumn(visibleTags),
    after?.sinceMs ?? null,
    after?.id ?? null,
    limit,
  ]);
  return rows.map(incidentOf);
}
