/** A row of `incidents`. Instants are milliseconds since the epoch. Queries alias the table as `incident`. */

import type { IncidentKind } from "../../../contract/alerting/incident-event.ts";
import type { Incident } from "../../../core/incidents/ports.ts";
import { millisecondsOf } from "../connecting/instants.ts";

const instant = (column: string, name: string): string => millisecondsOf(`incident.${column}`, name);

export const INCIDENT_COLUMNS = `
  incident.id, incident.site_id AS "siteId", incident.kind, incident.severity, incident.state, ${instant("since", "sinceMs")},
  ${instant("opened_at", "openedAtMs")}, incident.flapping, incident.cause_code AS "causeCode",
  incident.cause_message AS "causeMessage", incident.status_code AS "statusCode",
  ${instant("acknowledged_at", "acknowledgedAtMs")}, incident.acknowledged_by AS "acknowledgedBy",
  ${instant("good_since", "goodSinceMs")}, ${instant("resolved_at", "resolvedAtMs")},
  incident.resolved_by AS "resolvedBy", incident.parent_id AS "parentId", incident.steps`;

export type IncidentRow = {
  readonly id: string;
  readonly siteId: string;
  readonly kind: IncidentKind;
  readonly severity: "degraded" | "down";
  readonly state: "open" | "acknowledged" | "resolved";
  readonly sinceMs: number;
  readonly openedAtMs: number;
  readonly flapping: boolean;
  readonly causeCode: string | null;
  readonly causeMessage: string | null;
  readonly statusCode: number | null;
  readonly acknowledgedAtMs: number | null;
  readonly acknowledgedBy: string | null;
  readonly goodSinceMs: number | null;
  readonly resolvedAtMs: number | null;
  readonly resolvedBy: string | null;
  readonly parentId: string | null;
  readonly steps: number;
};

/**
 * Includes the site's name and URL. Queries alias the tables as `incident` and `site`. An incident of the pipeline
 * or of a location concerns no site.
 */
export const NAMED_INCIDENT_COLUMNS = `${INCIDENT_COLUMNS},
  CASE incident.kind WHEN 'pipeline' THEN 'Sitewire' WHEN 'location' THEN 'location ' || incident.location
    ELSE site.name END AS "siteName",
  CASE incident.kind WHEN 'pipeline' THEN 'sitewire:pipeline' WHEN 'location' THEN 'sitewire:location' ELSE coalesce(site.url, incident.site_id::text) END AS url,
  coalesce(site.tags, '{}') AS tags`;

export type NamedIncidentRow = IncidentRow & {
  readonly siteName: string | null;
  readonly url: string;
  readonly tags: readonly string[];
};

export function incidentOf(row: NamedIncidentRow): Incident {
  const {
    id,
    siteId,
    siteName,
    url,
    tags,
    kind,
    severity,
    state,
    sinceMs,
    openedAtMs,
    flapping,
    statusCode,
  } = row;
  const { acknowledgedAtMs, acknowledgedBy, goodSinceMs, resolvedAtMs, resolvedBy, parentId } = row;
  const cause = row.causeCode === null ? null : { code: row.causeCode, message: row.causeMessage ?? "" };
  return {
    id,
    siteId,
    siteName,
    url,
    tags,
    kind,
    severity,
    state,
    sinceMs,
    openedAtMs,
    flapping,
    cause,
    statusCode,
    acknowledgedAtMs,
    acknowledgedBy,
    goodSinceMs,
    resolvedAtMs,
    resolvedBy,
    parentId,
  };
}
