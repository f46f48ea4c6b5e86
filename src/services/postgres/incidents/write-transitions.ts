/** Writes transitions to the tables `incidents` and `incident_steps`, and creates their events. */

import { incidentEvent } from "../../../contract/alerting/incident-event.ts";
import type { Event } from "../../../contract/events/event.ts";
import { incidentIdOf } from "../../../contract/identity.ts";
import type { CausedTransition } from "../../../core/incidents/site-incidents.ts";
import type { Sql } from "../connecting/sql.ts";
import type { ConcernedSite } from "./concerned-sites.ts";
import { adoptDependents, joinIncident } from "./incident-parents.ts";
import { INCIDENT_COLUMNS, type IncidentRow, incidentOf } from "./incident-row.ts";
import { incidentStepOf } from "./incident-step.ts";
import type { RecordedObservation, RecordedObservations } from "./recorded-observations.ts";
import { stepEvidence } from "./step-evidence.ts";

export interface SiteTransition extends CausedTransition {
  readonly site: ConcernedSite;
  readonly observations: RecordedObservations;
}

/** When a replay opens a known incident again, its row does not change and no event is published. */
const OPEN = `
  INSERT INTO incidents AS incident (
    id, site_id, severity, state, since, opened_at, flapping, cause_code, cause_message, status_code, steps
  )
  VALUES ($1, $2, $3, 'open', to_timestamp($4::double precision / 1000), to_timestamp($5::double precision / 1000), $6, $7, $8, $9, 1)
  ON CONFLICT (id) DO NOTHING
  RETURNING ${INCIDENT_COLUMNS}`;

const WORSEN = `
  UPDATE incidents AS incident SET severity = 'down', steps = steps + 1
  WHERE id = $1 AND state <> 'resolved' AND severity <> 'down' RETURNING ${INCIDENT_COLUMNS}`;

const RESOLVE = `
  UPDATE incidents AS incident SET state = 'resolved', good_since = to_timestamp($2::double precision / 1000),
    resolved_at = to_timestamp($3::double precision / 1000), steps = steps + 1
  WHERE id = $1 AND state <> 'resolved' RETURNING ${INCIDENT_COLUMNS}`;

const ADD_STEP = `
  INSERT INTO incident_steps (incident_id, position, step, at, outcomes, evidence)
  VALUES ($1, $2, $3, to_timestamp($4::double precision / 1000), $5::jsonb, $6::jsonb)`;

/** Returns the events in the order of the transitions. Transitions are rare, so each has its own statements. */
export async function writeTransitions(
  sql: Sql,
  transitions: readonly SiteTransition[],
  topic: string,
): Promise<readonly Event[]> {
  const events: Event[] = [];
  for (const each of transitions) {
    const [row] = await changeIncident(sql, each);
    if (row === undefined) continue;
    const { transition, round, site } = each;
    const { kind: step, slotMs: atMs } = transition;
    const { evidence, likeness } = await stepEvidence(sql, each, site);
    const parentId = await parentAfter(sql, row, transition.kind, likeness);
    await sql.change(ADD_STEP, [
      row.id,
      row.steps,
      step,
      atMs,
      JSON.stringify(round.outcomes),
      evidence === null ? null : JSON.stringify(evidence),
    ]);
    const incident = incidentOf({ ...row, parentId, siteName: site.name, url: site.url, tags: site.tags });
    const outcomes = Object.entries(round.outcomes).sort(([a], [b]) => (a < b ? -1 : 1));
    const locations = outcomes.map(([location, outcome]) => ({ location, outcome }));
    events.push(incidentEvent(incidentStepOf(incident, { step, atMs, locations }), row.steps, topic));
  }
  return events;
}

/** Returns the incident behind this one after the step. */
async function parentAfter(
  sql: Sql,
  { id, parentId }: IncidentRow,
  step: SiteTransition["transition"]["kind"],
  likeness: readonly string[],
): Promise<string | null> {
  if (step === "opened") return await joinIncident(sql, id, likeness);
  if (step === "worsened") await adoptDependents(sql, id);
  return parentId;
}

async function changeIncident(
  sql: Sql,
  { transition, site, observations }: SiteTransition,
): Promise<readonly IncidentRow[]> {
  const id = incidentIdOf(site.siteId, transition.sinceMs);
  switch (transition.kind) {
    case "opened": {
      const { severity, sinceMs, slotMs, flapping } = transition;
      const cause = firstBad(observations, sinceMs);
      const told = [
        cause?.errorCode ?? null,
        cause?.errorMessage ?? null,
        cause?.statusCode ?? null,
      ] as const;
      return await sql.rows<IncidentRow>(OPEN, [
        id,
        site.siteId,
        severity,
        sinceMs,
        slotMs,
        flapping,
        ...told,
      ]);
    }
    case "worsened":
      return await sql.rows<IncidentRow>(WORSEN, [id]);
    case "resolved":
      return await sql.rows<IncidentRow>(RESOLVE, [id, transition.goodSinceMs, transition.slotMs]);
    default:
      return transition satisfies never;
  }
}

/** The worst result of the first failed slot. */
function firstBad(observations: RecordedObservations, sinceMs: number): RecordedObservation | undefined {
  const ofSlot = [...observations.values()].filter(({ slotMs }) => slotMs === sinceMs);
  return (
    ofSlot.find(({ outcome }) => outcome === "down") ?? ofSlot.find(({ outcome }) => outcome === "degraded")
  );
}
