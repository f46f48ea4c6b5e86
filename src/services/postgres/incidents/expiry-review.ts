/** Opens, worsens and resolves the incidents of certificates and domains that expire. */

import { incidentEvent } from "../../../contract/alerting/incident-event.ts";
import type { Event } from "../../../contract/events/event.ts";
import { incidentIdOf } from "../../../contract/identity.ts";
import {
  type ExpiryKind,
  type ExpiryStep,
  endedExpiries,
  expiryMessage,
  expirySteps,
  type KnownExpiry,
} from "../../../core/incidents/expiry.ts";
import type { ExpiryOutcome, ExpiryReview } from "../../../core/incidents/watching-expiry.ts";
import { uuidColumn } from "../binary/columns.ts";
import { millisecondsOf } from "../connecting/instants.ts";
import type { Sql, SqlService } from "../connecting/sql.ts";
import { isChecked } from "../sites/checked-site.ts";
import { incidentOf, NAMED_INCIDENT_COLUMNS, type NamedIncidentRow } from "./incident-row.ts";
import { incidentStepOf } from "./incident-step.ts";

/** One consumer reviews at a time. */
const LOCK = "SELECT pg_advisory_xact_lock(1937007981, 3)";

/** The earliest expiry that any location saw last. */
const CURRENT: Readonly<Record<ExpiryKind, string>> = {
  certificate: `
    SELECT site.id AS "siteId",
      ${millisecondsOf("min(state.certificate_expires_at)", "expiresAtMs")}
    FROM sites AS site JOIN site_state AS state ON state.site_id = site.id
    WHERE ${isChecked("site")} GROUP BY site.id`,
  domain: `
    SELECT site.id AS "siteId", ${millisecondsOf("domain.expires_at", "expiresAtMs")}
    FROM sites AS site JOIN domain_registrations AS domain ON site.id = ANY (domain.site_ids)
    WHERE ${isChecked("site")}`,
};

const KNOWN = `
  SELECT id AS "incidentId", site_id AS "siteId", stage,
    ${millisecondsOf("expires_at", "expiresAtMs")}
  FROM incidents WHERE kind = $1 AND state <> 'resolved'`;

/** Sites with the same expiry serve the same certificate, or have the same domain: the first one is behind the others. */
const OPEN = `
  INSERT INTO incidents (
    id, site_id, kind, severity, state, since, opened_at, flapping, cause_code, cause_message, steps, stage, expires_at,
    parent_id
  )
  SELECT $1, $2, $3, $4, 'open', to_timestamp($5::double precision / 1000), to_timestamp($5::double precision / 1000),
    false, $6, $7, 1, $8::smallint, to_timestamp($9::double precision / 1000), (
      SELECT id FROM incidents WHERE kind = $3 AND state <> 'resolved' AND parent_id IS NULL
        AND expires_at = to_timestamp($9::double precision / 1000) ORDER BY since, id LIMIT 1
    )
  ON CONFLICT (id) DO NOTHING RETURNING id`;

const WORSEN = `
  UPDATE incidents SET severity = $2, cause_code = $3, cause_message = $4, stage = $5::smallint, steps = steps + 1
  WHERE id = $1 AND state <> 'resolved' RETURNING id`;

const RESOLVE = `
  UPDATE incidents SET state = 'resolved', resolved_at = to_timestamp($2::double precision / 1000),
    good_since = CASE WHEN $3::boolean THEN to_timestamp($2::double precision / 1000) END, steps = steps + 1
  WHERE id = $1 AND state <> 'resolved' RETURNING id`;

const ADD_STEP = `
  INSERT INTO incident_steps (incident_id, position, step, at)
  SELECT id, steps, $2, to_timestamp($3::double precision / 1000) FROM incidents WHERE id = $1`;

const SHOW = `
  SELECT ${NAMED_INCIDENT_COLUMNS} FROM incidents AS incident LEFT JOIN sites AS site ON site.id = incident.site_id
  WHERE incident.id = ANY ($1::uuid[])`;

export interface SqlExpiryReviewOptions {
  readonly service: SqlService;
  readonly topic: string;
  readonly append: (sql: Sql, events: readonly Event[]) => Promise<void>;
}

export class SqlExpiryReview implements ExpiryReview {
  readonly #options: SqlExpiryReviewOptions;

  constructor(options: SqlExpiryReviewOptions) {
    this.#options = options;
  }

  async review(kind: ExpiryKind, nowMs: number): Promise<ExpiryOutcome> {
    const { service, append } = this.#options;
    return await service.transaction(async (sql) => {
      await sql.rows(LOCK);
      const rows = await sql.rows<{ siteId: string; expiresAtMs: number | null }>(CURRENT[kind]);
      const known = await sql.rows<KnownExpiry>(KNOWN, [kind]);
      const current = new Map(rows.map(({ siteId, expiresAtMs }) => [siteId, expiresAtMs]));
      const expiries = rows.flatMap(({ siteId, expiresAtMs }) =>
        expiresAtMs === null ? [] : [{ siteId, expiresAtMs }],
      );
      const steps = expirySteps(expiries, known, nowMs);
      const ended = endedExpiries(known, current);
      const events: Event[] = [];
      for (const step of steps) events.push(...(await this.#advance(sql, kind, step, nowMs)));
      for (const { incidentId, siteId } of ended) {
        const isStillChecked = current.has(siteId);
        const changed = await sql.rows<{ id: string }>(RESOLVE, [incidentId, nowMs, isStillChecked]);
        events.push(...(await this.#told(sql, changed, "resolved", nowMs)));
      }
      await append(sql, events);
      return { advanced: steps.length, resolved: ended.length };
    });
  }

  async #advance(
    sql: Sql,
    kind: ExpiryKind,
    { expiry, stage, incidentId }: ExpiryStep,
    nowMs: number,
  ): Promise<readonly Event[]> {
    const { siteId, expiresAtMs } = expiry;
    const severity = stage === 0 ? "down" : "degraded";
    const code = stage === 0 ? `${kind}_expired` : `${kind}_expiring`;
    const message = expiryMessage(kind, expiresAtMs, nowMs);
    if (incidentId !== null) {
      const changed = await sql.rows<{ id: string }>(WORSEN, [incidentId, severity, code, message, stage]);
      return await this.#told(sql, changed, "worsened", nowMs);
    }
    const id = incidentIdOf(siteId, expiresAtMs, kind);
    const values = [id, siteId, kind, severity, nowMs, code, message, stage, expiresAtMs];
    return await this.#told(sql, await sql.rows<{ id: string }>(OPEN, values), "opened", nowMs);
  }

  async #told(
    sql: Sql,
    changed: readonly { readonly id: string }[],
    step: "opened" | "worsened" | "resolved",
    atMs: number,
  ): Promise<readonly Event[]> {
    for (const { id } of changed) await sql.change(ADD_STEP, [id, step, atMs]);
    const rows = await sql.rows<NamedIncidentRow>(SHOW, [uuidColumn(changed.map(({ id }) => id))]);
    return rows.map((row) =>
      incidentEvent(incidentStepOf(incidentOf(row), { step, atMs }), row.steps, this.#options.topic),
    );
  }
}
