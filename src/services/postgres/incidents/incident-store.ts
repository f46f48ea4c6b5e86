/** Reads incidents and applies the steps that people take. */

import { incidentEvent } from "../../../contract/alerting/incident-event.ts";
import type { Event } from "../../../contract/events/event.ts";
import { changesBetween } from "../../../core/incidents/evidence.ts";
import type {
  Incident,
  IncidentFilter,
  IncidentStore,
  PersonalStep,
  ShownIncident,
  StepOutcome,
  TimelineEntry,
} from "../../../core/incidents/ports.ts";
import { acknowledge, resolve, type SiteIncidents } from "../../../core/incidents/site-incidents.ts";
import { uuidColumn } from "../binary/columns.ts";
import { millisecondsOf } from "../connecting/instants.ts";
import type { Sql, SqlService } from "../connecting/sql.ts";
import { incidentOf, NAMED_INCIDENT_COLUMNS, type NamedIncidentRow } from "./incident-row.ts";
import { incidentStepOf } from "./incident-step.ts";
import { listIncidents } from "./list-incidents.ts";
import { changeRememberedSite } from "./remembered-sites.ts";

const SELECT = `
  SELECT ${NAMED_INCIDENT_COLUMNS}
  FROM incidents AS incident LEFT JOIN sites AS site ON site.id = incident.site_id`;

const SHOW = `${SELECT} WHERE incident.id = ANY ($1::uuid[])`;

const RELATED = `${SELECT}
  WHERE incident.parent_id = $1 OR incident.id = (SELECT parent_id FROM incidents WHERE id = $1)
  ORDER BY since, incident.id LIMIT 200`;

const TIMELINE = `
  SELECT position, step, ${millisecondsOf("at", "atMs")}, by, note, outcomes, evidence
  FROM incident_steps WHERE incident_id = $1 ORDER BY position`;

/** Returns the step's position in the timeline and its time. */
const TAKEN = `RETURNING steps AS position, ${millisecondsOf("now()", "atMs")}`;

const ACKNOWLEDGE = `
  UPDATE incidents SET state = 'acknowledged', acknowledged_at = now(), acknowledged_by = $2, steps = steps + 1
  WHERE id = $1 AND state = 'open' ${TAKEN}`;

const NOTE = `UPDATE incidents SET steps = steps + 1 WHERE id = $1 AND $2 <> '' ${TAKEN}`;

const RESOLVE = `
  UPDATE incidents SET state = 'resolved', resolved_at = now(), resolved_by = $2, steps = steps + 1
  WHERE id = $1 AND state <> 'resolved' ${TAKEN}`;

const ADD_STEP = `
  INSERT INTO incident_steps (incident_id, position, step, at, by, note) VALUES ($1, $2, $3, now(), $4, $5)`;

interface Action {
  readonly step: "acknowledged" | "noted" | "resolved";
  readonly statement: string;
  /** Applies the step to the site's stored state; null when the step does not change it. */
  readonly change: ((site: SiteIncidents) => SiteIncidents | null) | null;
}

const ACTIONS = {
  acknowledge: { step: "acknowledged", statement: ACKNOWLEDGE, change: acknowledge },
  note: { step: "noted", statement: NOTE, change: null },
  resolve: { step: "resolved", statement: RESOLVE, change: resolve },
} satisfies Record<string, Action>;

export interface SqlIncidentStoreOptions {
  readonly service: SqlService;
  readonly topic: string;
  readonly append: (sql: Sql, events: readonly Event[]) => Promise<void>;
}

export class SqlIncidentStore implements IncidentStore {
  readonly #options: SqlIncidentStoreOptions;

  constructor(options: SqlIncidentStoreOptions) {
    this.#options = options;
  }

  async list(filter: IncidentFilter): Promise<readonly Incident[]> {
    return await listIncidents(this.#options.service, filter);
  }

  async show(incidentId: string): Promise<ShownIncident | null> {
    const { service } = this.#options;
    const incident = await showIncident(service, incidentId);
    if (incident === null) return null;
    const timeline = await service.rows<TimelineEntry>(TIMELINE, [incidentId]);
    const related = await service.rows<NamedIncidentRow>(RELATED, [incidentId]);
    return { incident, timeline, changes: changesAtRecovery(timeline), related: related.map(incidentOf) };
  }

  acknowledge(step: PersonalStep): Promise<StepOutcome> {
    return this.#take(ACTIONS.acknowledge, step);
  }

  note(step: PersonalStep): Promise<StepOutcome> {
    return this.#take(ACTIONS.note, step);
  }

  resolve(step: PersonalStep): Promise<StepOutcome> {
    return this.#take(ACTIONS.resolve, step);
  }

  /** Locks the site's stored state first, as recording does, which serialises a step and a concurrent result. */
  async #take({ step, statement, change }: Action, taken: PersonalStep): Promise<StepOutcome> {
    const { service, topic, append } = this.#options;
    const { incidentId, by, note } = taken;
    return await service.transaction(async (sql) => {
      const before = await showIncident(sql, incidentId);
      if (before === null) return { kind: "unknown incident" };
      if (change !== null) await changeRememberedSite(sql, before.siteId, before.sinceMs, change);
      const [entry] = await sql.rows<{ position: number; atMs: number }>(statement, [incidentId, by]);
      if (entry === undefined) return { kind: "not now", incident: before };
      const { position, atMs } = entry;
      await sql.change(ADD_STEP, [incidentId, position, step, by, note]);
      const incident = (await showIncident(sql, incidentId)) ?? before;
      await append(sql, [incidentEvent(incidentStepOf(incident, { step, by, note, atMs }), position, topic)]);
      return { kind: "done", incident };
    });
  }
}

async function showIncident(sql: Sql, incidentId: string): Promise<Incident | null> {
  const [row] = await sql.rows<NamedIncidentRow>(SHOW, [uuidColumn([incidentId])]);
  return row === undefined ? null : incidentOf(row);
}

function changesAtRecovery(timeline: readonly TimelineEntry[]): ShownIncident["changes"] {
  const evidenceOf = (wanted: TimelineEntry["step"]) =>
    timeline.find(({ step, evidence }) => step === wanted && evidence !== null)?.evidence ?? null;
  const [before, after] = [evidenceOf("opened"), evidenceOf("resolved")];
  return before === null || after === null ? [] : changesBetween(before, after);
}
