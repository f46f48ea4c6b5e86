/** Builds the published event of an incident step. */
import type { IncidentEvent } from "../../../contract/alerting/incident-event.ts";
import type { Incident } from "../../../core/incidents/ports.ts";

export interface TakenStep {
  readonly step: IncidentEvent["step"];
  /** The slot that caused the step, or the time at which a person took it; milliseconds since the epoch. */
  readonly atMs: number;
  readonly locations?: IncidentEvent["locations"];
  readonly by?: string | null;
  readonly note?: string | null;
}

/** `incident` is the state after the step. */
export function incidentStepOf(
  incident: Incident,
  { step, atMs, locations = [], by = null, note = null }: TakenStep,
): IncidentEvent {
  const {
    id,
    kind,
    siteId,
    siteName,
    url,
    tags,
    severity,
    sinceMs,
    goodSinceMs,
    flapping,
    cause,
    statusCode,
    parentId,
  } = incident;
  return {
    incidentId: id,
    kind,
    step,
    siteId,
    siteName,
    url,
    tags: [...tags],
    severity,
    since: instantText(sinceMs),
    at: instantText(atMs),
    goodSince: goodSinceMs === null ? null : instantText(goodSinceMs),
    flapping,
    cause,
    statusCode,
    locations,
    by,
    note,
    ...(parentId === null ? {} : { parentId }),
  };
}

function instantText(instantMs: number): string {
  return new Date(Math.round(instantMs)).toISOString();
}
