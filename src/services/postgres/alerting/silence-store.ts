/** The table `silences`. */
import type { NewSilence, Silence, SilenceStore } from "../../../core/alerting/silences.ts";
import type { SqlService } from "../connecting/sql.ts";

const COLUMNS = `
  silence.id, incident_id AS "incidentId", silence.site, tag, reason, created_by AS "createdBy",
  (extract(epoch FROM until) * 1000)::double precision AS "untilMs"`;

const IN_FORCE = `
  SELECT ${COLUMNS} FROM silences AS silence LEFT JOIN incidents AS incident ON incident.id = incident_id
  WHERE (until IS NULL OR until > now()) AND (incident_id IS NULL OR incident.state <> 'resolved')
  ORDER BY created_at`;

const ADD = `
  INSERT INTO silences AS silence (incident_id, site, tag, reason, created_by, until)
  VALUES ($1, $2, $3, $4, $5, to_timestamp($6::double precision / 1000)) RETURNING ${COLUMNS}`;

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

  async add(silence: NewSilence): Promise<Silence> {
    const { incidentId, site, tag, reason, createdBy, untilMs } = silence;
    const values = [incidentId, site, tag, reason, createdBy, untilMs];
    const [added] = await this.#service.rows<SilenceRow>(ADD, values);
    if (added === undefined) throw new Error("INSERT … RETURNING gave no row");
    return added;
  }

  async end(id: string): Promise<boolean> {
    const [row] = await this.#service.rows<{ ended: number }>(END, [id]);
    return row?.ended === 1;
  }
}
