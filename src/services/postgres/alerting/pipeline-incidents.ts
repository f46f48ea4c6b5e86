/** Samples whether results are recorded, and keeps the incident that says they have stopped. */

import { incidentEvent } from "../../../contract/alerting/incident-event.ts";
import type { Event } from "../../../contract/events/event.ts";
import { incidentIdOf, PIPELINE_SITE_ID } from "../../../contract/identity.ts";
import type { FlowSample } from "../../../core/alerting/watching/pipeline-flow.ts";
import type { PipelineIncidents, PipelineStep } from "../../../core/alerting/watching/watching-pipeline.ts";
import type { OutboxQueue } from "../../../core/relaying/ports.ts";
import type { Sql, SqlService, SqlValue } from "../connecting/sql.ts";
import { incidentOf, NAMED_INCIDENT_COLUMNS, type NamedIncidentRow } from "../incidents/incident-row.ts";
import { incidentStepOf } from "../incidents/incident-step.ts";

/** The key of `check_results` begins with the slot, so the newest one is read from an index. */
const NEWEST = "SELECT max(slot) FROM check_results";
const NEWEST_OF_SITE = "SELECT max(slot) FROM site_state JOIN meant ON meant.id = site_id";

/** A site of which only the results are known may never be checked again, unless it is the canary. */
const sample = (newest: string): string => `
  WITH meant AS (
    SELECT id, interval_ms, created_at FROM sites
    WHERE enabled AND CASE WHEN $1::text IS NULL THEN in_schedule OR watched_at IS NOT NULL
      ELSE id::text = $1 OR name = $1 OR url = $1 END
  )
  SELECT (extract(epoch FROM coalesce((${newest}), (SELECT min(created_at) FROM meant), now())) * 1000)::double precision
      AS "newestMs",
    (SELECT min(interval_ms) FROM meant) AS "everyMs"`;

const OPEN = `
  INSERT INTO incidents (
    id, site_id, kind, severity, state, since, opened_at, flapping, cause_code, cause_message, steps
  )
  SELECT $1, $2, 'pipeline', 'down', 'open', to_timestamp($3::double precision / 1000), now(), false, 'pipeline_stopped', $4, 1
  WHERE NOT EXISTS (SELECT FROM incidents WHERE kind = 'pipeline' AND state <> 'resolved')
  ON CONFLICT (id) DO NOTHING RETURNING id`;

const RESOLVE = `
  UPDATE incidents SET state = 'resolved', resolved_at = now(), good_since = now(), steps = steps + 1
  WHERE kind = 'pipeline' AND state <> 'resolved' RETURNING id`;

const ADD_STEP = `
  INSERT INTO incident_steps (incident_id, position, step, at)
  SELECT id, steps, $2, now() FROM incidents WHERE id = $1`;

const SHOW = `
  SELECT ${NAMED_INCIDENT_COLUMNS} FROM incidents AS incident LEFT JOIN sites AS site ON site.id = incident.site_id
  WHERE incident.id = $1`;

export interface SqlPipelineIncidentsOptions {
  readonly service: SqlService;
  readonly topic: string;
  readonly append: (sql: Sql, events: readonly Event[]) => Promise<void>;
  readonly queue: Pick<OutboxQueue, "backlog">;
}

export class SqlPipelineIncidents implements PipelineIncidents {
  readonly #options: SqlPipelineIncidentsOptions;

  constructor(options: SqlPipelineIncidentsOptions) {
    this.#options = options;
  }

  async sample(site: string | null): Promise<Omit<FlowSample, "unrecorded">> {
    const { service, queue } = this.#options;
    const statement = sample(site === null ? NEWEST : NEWEST_OF_SITE);
    const [row] = await service.rows<{ newestMs: number; everyMs: number | null }>(statement, [site]);
    const { unpublished } = await queue.backlog();
    return { newestMs: row?.newestMs ?? 0, everyMs: row?.everyMs ?? null, unpublished };
  }

  async open(sinceMs: number, reason: string): Promise<PipelineStep | null> {
    const id = incidentIdOf(PIPELINE_SITE_ID, sinceMs, "pipeline");
    return await this.#take("opened", OPEN, [id, PIPELINE_SITE_ID, sinceMs, reason]);
  }

  async resolve(): Promise<PipelineStep | null> {
    return await this.#take("resolved", RESOLVE, []);
  }

  async #take(
    step: "opened" | "resolved",
    statement: string,
    values: readonly SqlValue[],
  ): Promise<PipelineStep | null> {
    const { service, topic, append } = this.#options;
    return await service.transaction(async (sql) => {
      const [changed] = await sql.rows<{ id: string }>(statement, values);
      if (changed === undefined) return null;
      await sql.change(ADD_STEP, [changed.id, step]);
      const [row] = await sql.rows<NamedIncidentRow>(SHOW, [changed.id]);
      if (row === undefined) return null;
      const incident = incidentOf(row);
      const atMs = step === "opened" ? incident.openedAtMs : (incident.resolvedAtMs ?? incident.openedAtMs);
      const taken = incidentStepOf(incident, { step, atMs });
      await append(sql, [incidentEvent(taken, row.steps, topic)]);
      return { step: taken, position: row.steps };
    });
  }
}
