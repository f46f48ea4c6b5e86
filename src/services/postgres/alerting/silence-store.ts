/** The table `silences`. */

import type { NewSilence, Silence, SilenceStore } from "../../../core/alerting/routing/silences.ts";
import { millisecondsOf } from "../connecting/instants.ts";
import type { SqlService } from "../connecting/sql.ts";

const COLUMNS = `
  silence.id, incident_id AS "incidentId", silence.site, tag, reason, created_by AS "createdBy",
  ${millisecondsOf("until", "untilMs")}`;

/** An incident of the silence that is open since before the silence; it never opens again. */
const OPEN_SINCE_BEFORE = `
  SELECT FROM incidents AS incident LEFT JOIN sites AS muted ON muted.id = incident.site_id
  WHERE incident.state <> 'resolved' AND incident.opened_at <= silence.created_at
    AND (silence.incident_id IS NULL OR incident.id = silence.incident_id)
    AND (silence.site IS NULL OR silence.site IN (muted.id::text, muted.name, muted.url))
    AND (silence.tag IS NULL OR silence.tag = ANY (muted.tags))`;

const IN_FORCE = `
  SELECT ${COLUMNS} FROM silences AS silence LEFT JOIN incidents AS incident ON incident.id = incident_id
  WHERE CASE WHEN until IS NULL THEN EXISTS (${OPEN_SINCE_BEFORE})
    ELSE until > now() AND (incident_id IS NULL OR incident.state <> 'resolved') END
  ORDER BY silence.created_at`;

const ADD = `
  INSERT INTO silences AS silence (incident_id, site, tag, reason, created_by, until)
  SELECT incident_id, site, tag, reason, created_by, until
  FROM (VALUES ($1::uuid, $2::text, $3::text, $4::text, $5::text, to_timestamp($6::double precision / 1000), now()))
    AS silence (incident_id, site, tag, reason, created_by, until, created_at)
  WHERE until IS NOT NULL OR incident_id IS NOT NULL OR EXISTS (${OPEN_SINCE_BEFORE})
  RETURNING ${COLUMNS}`;

/** What waited for the silence is due again. */
const END = `
  WITH ended AS (
    UPDATE silences SET until = now() WHERE id = $1 AND (until IS NULL OR until > now()) RETURNING 1
  ), released AS (
    UPDATE notification_deliveries SET due_at = now()
    WHERE state = 'waiting' AND reason LIKE 'silenced by %' AND EXISTS (SELECT FROM ended) RETURNING 1
  )
  SELECT (SELECT count(*) FROM ended)::integer AS ended, (SELECT count(*) FROM released)::integer AS released`;

type SilenceRow = Silence & Record<string, unknown>;

export class SqlSilenceStore implements SilenceStore {
  readonly #service: SqlService;

  constructor(service: SqlService) {
    this.#service = service;
  }

  async list(): Promise<readonly Silence[]> {
    return await this.#service.rows<SilenceRow>(IN_FORCE);
  }

  async add(silence: NewSilence): Promise<Silence | null> {
    const { incidentId, site, tag, reason, createdBy, untilMs } = silence;
    const values = [incidentId, site, tag, reason, createdBy, untilMs];
    const [added] = await this.#service.rows<SilenceRow>(ADD, values);
    return added ?? null;
  }

  async end(id: string): Promise<boolean> {
    const [row] = await this.#service.rows<{ ended: number }>(END, [id]);
    return row?.ended === 1;
  }
}
