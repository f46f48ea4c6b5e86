/**
 * Opens and resolves incidents of sites that no monitor checks, by their missing results, and ends the incidents of sites
 * that are paused or removed.
 */

import { incidentEvent } from "../../../contract/alerting/incident-event.ts";
import type { Event } from "../../../contract/events/event.ts";
import { incidentIdOf } from "../../../contract/identity.ts";
import { resolve } from "../../../core/incidents/site-incidents.ts";
import type { ObservationReview } from "../../../core/incidents/watching-observation.ts";
import { instantColumn, textColumn, uuidColumn } from "../binary/columns.ts";
import { millisecondsOf } from "../connecting/instants.ts";
import type { Sql, SqlService } from "../connecting/sql.ts";
import { isChecked } from "../sites/checked-site.ts";
import { incidentOf, NAMED_INCIDENT_COLUMNS, type NamedIncidentRow } from "./incident-row.ts";
import { incidentStepOf } from "./incident-step.ts";
import { adoptOfCutOffLocations } from "./location-incidents.ts";
import { changeRememberedSite } from "./remembered-sites.ts";

const MOST_AT_ONCE = 1000;

/** The wait starts when a site was last changed: a site that was just added or enabled has had no slot yet. */
const UNOBSERVED = `
  SELECT site.id AS "siteId",
    round(extract(epoch FROM coalesce(state.slot, site.updated_at)) * 1000)::double precision AS "lastMs"
  FROM sites AS site
  LEFT JOIN LATERAL (SELECT max(slot) AS slot FROM site_state WHERE site_id = site.id) AS state ON true
  WHERE in_schedule AND enabled
    AND greatest(state.slot, site.updated_at)
      < now() - greatest(interval '2 minutes', 3 * site.interval_ms * interval '1 millisecond')
    AND NOT EXISTS (
      SELECT FROM incidents WHERE site_id = site.id AND kind = 'not_observed' AND state <> 'resolved'
    )
  ORDER BY site.id LIMIT ${MOST_AT_ONCE}`;

const OPEN = `
  INSERT INTO incidents (
    id, site_id, kind, severity, state, since, opened_at, flapping, cause_code, cause_message, steps
  )
  SELECT id, site_id, 'not_observed', 'degraded', 'open', since, now(), false, 'not_observed', message, 1
  FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::text[]) AS new (id, site_id, since, message)
  ON CONFLICT (id) DO NOTHING RETURNING id`;

const RESOLVE = `
  UPDATE incidents AS incident SET state = 'resolved', resolved_at = now(), steps = steps + 1,
    good_since = (SELECT min(slot) FROM site_state WHERE site_id = incident.site_id AND slot > incident.since)
  WHERE kind = 'not_observed' AND state <> 'resolved' AND (
    EXISTS (SELECT FROM site_state WHERE site_id = incident.site_id AND slot > incident.since)
    OR NOT EXISTS (SELECT FROM sites WHERE id = incident.site_id AND in_schedule AND enabled)
  )
  RETURNING id`;

/**
 * No result will resolve these. Results of a site may come although it was removed: from a monitor with a file. A monitor
 * with a file that restarts is away for a while.
 */
const ENDED = `
  SELECT incident.id, incident.site_id AS "siteId", ${millisecondsOf("incident.since", "sinceMs")}
  FROM incidents AS incident JOIN sites AS site ON site.id = incident.site_id
  WHERE incident.kind = 'site' AND incident.state <> 'resolved' AND NOT (${isChecked("site")})
    AND NOT EXISTS (
      SELECT FROM site_state WHERE site_id = site.id AND slot > now() - CASE WHEN site.enabled AND site.source <> 'table'
        THEN interval '1 hour' ELSE greatest(interval '2 minutes', 3 * site.interval_ms * interval '1 millisecond') END
    )
  ORDER BY incident.site_id LIMIT ${MOST_AT_ONCE}`;

const END = `
  UPDATE incidents SET state = 'resolved', resolved_at = now(), steps = steps + 1
  WHERE id = $1 AND state <> 'resolved' RETURNING id`;

const ADD_STEPS = `
  INSERT INTO incident_steps (incident_id, position, step, at)
  SELECT id, steps, $2, now() FROM incidents WHERE id = ANY ($1::uuid[])`;

const SHOW = `
  SELECT ${NAMED_INCIDENT_COLUMNS} FROM incidents AS incident JOIN sites AS site ON site.id = incident.site_id
  WHERE incident.id = ANY ($1::uuid[]) ORDER BY incident.id`;

const MESSAGE = "no monitor has checked it";

export class SqlObservationReview implements ObservationReview {
  readonly #service: SqlService;
  readonly #topic: string;
  readonly #append: (sql: Sql, events: readonly Event[]) => Promise<void>;

  constructor(
    service: SqlService,
    topic: string,
    append: (sql: Sql, events: readonly Event[]) => Promise<void>,
  ) {
    this.#service = service;
    this.#topic = topic;
    this.#append = append;
  }

  async review(): Promise<{ readonly opened: number; readonly resolved: number }> {
    return await this.#service.transaction(async (sql) => {
      const missing = await sql.rows<{ siteId: string; lastMs: number }>(UNOBSERVED);
      const opened = await sql.rows<{ id: string }>(OPEN, [
        uuidColumn(missing.map(({ siteId, lastMs }) => incidentIdOf(siteId, lastMs, "not_observed"))),
        uuidColumn(missing.map(({ siteId }) => siteId)),
        instantColumn(missing.map(({ lastMs }) => lastMs)),
        textColumn(missing.map(() => MESSAGE)),
      ]);
      const resolved = [...(await sql.rows<{ id: string }>(RESOLVE)), ...(await endIncidents(sql))];
      if (opened.length > 0) await adoptOfCutOffLocations(sql);
      await this.#tell(sql, "opened", opened);
      await this.#tell(sql, "resolved", resolved);
      return { opened: opened.length, resolved: resolved.length };
    });
  }

  async #tell(
    sql: Sql,
    step: "opened" | "resolved",
    changed: readonly { readonly id: string }[],
  ): Promise<void> {
    if (changed.length === 0) return;
    const ids = uuidColumn(changed.map(({ id }) => id));
    await sql.change(ADD_STEPS, [ids, step]);
    const rows = await sql.rows<NamedIncidentRow>(SHOW, [ids]);
    const events = rows.map((row) => {
      const incident = incidentOf(row);
      const atMs = step === "opened" ? incident.openedAtMs : (incident.resolvedAtMs ?? incident.openedAtMs);
      return incidentEvent(incidentStepOf(incident, { step, atMs }), row.steps, this.#topic);
    });
    await this.#append(sql, events);
  }
}

/** If the site is checked again and fails, another incident opens. */
async function endIncidents(sql: Sql): Promise<readonly { readonly id: string }[]> {
  const ended = await sql.rows<{ id: string; siteId: string; sinceMs: number }>(ENDED);
  const resolved: { readonly id: string }[] = [];
  for (const { id, siteId, sinceMs } of ended) {
    await changeRememberedSite(sql, siteId, sinceMs, resolve);
    resolved.push(...(await sql.rows<{ id: string }>(END, [id])));
  }
  return resolved;
}
