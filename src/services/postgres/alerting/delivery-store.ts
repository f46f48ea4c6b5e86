/** Deliveries of alerts: planned, claimed by one notifier at a time, and settled. */
import { deliveryIdOf, reassignedIdOf } from "../../../contract/identity.ts";
import type { DeliveryStore, DueDelivery, PlannedDelivery } from "../../../core/alerting/ports.ts";
import type { NoticeKind } from "../../../core/alerting/wording/notice.ts";
import { bigIntegerColumn, instantColumn, textColumn, uuidColumn } from "../binary/columns.ts";
import type { SqlService } from "../connecting/sql.ts";
import { incidentOf, NAMED_INCIDENT_COLUMNS, type NamedIncidentRow } from "../incidents/incident-row.ts";
import { isChecked } from "../sites/checked-site.ts";

const CHANNEL = "sitewire_deliveries";

/** An opening joins a waiting one of its group, unless that one is held back or retried. */
const PLAN = `
  WITH planned AS (
    INSERT INTO notification_deliveries (
      id, incident_id, target, channel, kind, due_at, fallbacks, repeat_every_ms, group_key
    )
    SELECT id, incident_id, target, target, kind, least(due_at, (
        SELECT min(earlier.due_at) FROM notification_deliveries AS earlier
        WHERE earlier.state = 'waiting' AND earlier.kind = 'opened' AND new.kind = 'opened'
          AND earlier.channel = new.target AND earlier.group_key = new.group_key
          AND earlier.due_at > now() AND earlier.reason IS NULL
      )), coalesce(string_to_array(nullif(fallbacks, ''), E'\\n'), '{}'), repeat_every_ms, group_key
    FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::timestamptz[], $6::text[], $7::bigint[], $8::text[])
      AS new (id, incident_id, target, kind, due_at, fallbacks, repeat_every_ms, group_key)
    ON CONFLICT (id) DO NOTHING RETURNING 1
  )
  SELECT pg_notify('${CHANNEL}', '') FROM planned LIMIT 1`;

const TOLD = `
  SELECT DISTINCT channel FROM notification_deliveries
  WHERE incident_id = $1 AND state IN ('sent', 'sending') AND kind <> 'resolved' ORDER BY channel`;

const CANCEL = `
  UPDATE notification_deliveries SET state = 'cancelled', reason = $2 WHERE incident_id = $1 AND state = 'waiting'`;

/** Takes over expired claims: their former holder may have sent the message. */
const CLAIM = `
  WITH due AS (
    SELECT id, state = 'sending' AS was_sending FROM notification_deliveries
    WHERE (state = 'waiting' AND due_at <= now()) OR (state = 'sending' AND claimed_until <= now())
    ORDER BY due_at LIMIT $2 FOR UPDATE SKIP LOCKED
  ), claimed AS (
    UPDATE notification_deliveries AS delivery
    SET state = 'sending', claimed_by = $1, claimed_until = now() + $3 * interval '1 millisecond',
      may_have_been_sent = delivery.may_have_been_sent OR due.was_sending
    FROM due WHERE delivery.id = due.id
    RETURNING delivery.*
  )
  SELECT claimed.id AS "deliveryId", channel, claimed.kind AS "deliveryKind", attempts, fallbacks,
    may_have_been_sent AS "mayHaveBeenSent", group_key AS "groupKey", (
      SELECT told.thread FROM notification_deliveries AS told
      WHERE told.incident_id = claimed.incident_id AND told.channel = claimed.channel AND told.thread IS NOT NULL
      ORDER BY told.sent_at LIMIT 1
    ) AS thread,
    repeat_every_ms::double precision AS "repeatEveryMs",
    (extract(epoch FROM due_at) * 1000)::double precision AS "dueMs",
    parent.id AS "parentIncidentId", parent.name AS "parentName", unsure.name AS "unsureDependency", (
      SELECT count(*)::integer FROM incidents AS child WHERE child.parent_id = incident.id AND child.state <> 'resolved'
    ) AS "heldBack", ${NAMED_INCIDENT_COLUMNS}
  FROM claimed
  JOIN incidents AS incident ON incident.id = claimed.incident_id
  LEFT JOIN sites AS site ON site.id = incident.site_id
  LEFT JOIN LATERAL (
    SELECT other.id, CASE other.kind WHEN 'pipeline' THEN 'the flow of results' ELSE coalesce(needed.name, needed.url) END AS name
    FROM incidents AS other LEFT JOIN sites AS needed ON needed.id = other.site_id
    WHERE other.state <> 'resolved' AND (other.severity = 'down' OR incident.severity = 'degraded') AND CASE
      WHEN other.id = incident.parent_id THEN
        -- An incident of a site that is checked no more never ends by itself.
        other.kind <> 'site' OR ${isChecked("needed")}
      -- Without results, no site is observed.
      WHEN other.kind = 'pipeline' THEN incident.kind = 'not_observed'
      ELSE false END
    ORDER BY other.since LIMIT 1
  ) AS parent ON true
  LEFT JOIN LATERAL (
    SELECT coalesce(needed.name, needed.url) AS name
    FROM sites AS needed LEFT JOIN site_incidents AS remembered ON remembered.site_id = needed.id
    WHERE (needed.name = site.depends_on OR needed.url = site.depends_on) AND needed.id <> site.id AND needed.enabled
      AND incident.kind = 'site'
      AND now() < claimed.created_at + least(interval '5 minutes', 3 * needed.interval_ms * interval '1 millisecond')
      AND (
        remembered.state #>> '{incidents,site,state}' = 'suspected'
        OR (SELECT max(slot) FROM site_state WHERE site_id = needed.id) < incident.since
      )
    LIMIT 1
  ) AS unsure ON true
  ORDER BY due_at, claimed.id`;

const REASSIGN = `
  WITH replaced AS (
    DELETE FROM notification_deliveries WHERE id = $1 AND state = 'sending' RETURNING *
  ), planned AS (
    INSERT INTO notification_deliveries (
      id, incident_id, target, channel, kind, due_at, fallbacks, repeat_every_ms, group_key
    )
    SELECT new.id, incident_id, target, new.channel, kind, due_at, fallbacks, repeat_every_ms, group_key
    FROM replaced, unnest($2::uuid[], $3::text[]) AS new (id, channel)
    WHERE NOT EXISTS (
      SELECT FROM notification_deliveries AS other
      WHERE other.incident_id = replaced.incident_id AND other.channel = new.channel AND other.kind = replaced.kind
        AND other.kind <> 'reminder'
    )
    ON CONFLICT DO NOTHING RETURNING 1
  )
  SELECT pg_notify('${CHANNEL}', '') FROM planned LIMIT 1`;

const MARK_SENT = `
  WITH sent AS (
    UPDATE notification_deliveries
    SET state = 'sent', sent_at = now(), claimed_until = NULL, reason = NULL, thread = $2
    WHERE id = ANY ($1::uuid[]) RETURNING *
  )
  INSERT INTO notification_deliveries (id, incident_id, target, channel, kind, due_at, repeat_every_ms, group_key)
  SELECT gen_random_uuid(), incident_id, target, target, 'reminder', now() + repeat_every_ms * interval '1 millisecond',
    repeat_every_ms, group_key
  FROM sent JOIN incidents AS incident ON incident.id = incident_id
  WHERE repeat_every_ms IS NOT NULL AND incident.state = 'open'
  ON CONFLICT (incident_id, channel) WHERE kind = 'reminder' AND state IN ('waiting', 'sending') DO NOTHING`;

const CANCEL_CLAIMED = `
  UPDATE notification_deliveries SET state = 'cancelled', reason = $2, claimed_until = NULL
  WHERE id = ANY ($1::uuid[]) AND state = 'sending'`;

const POSTPONE = `
  UPDATE notification_deliveries SET state = 'waiting', due_at = to_timestamp($2::double precision / 1000),
    reason = $3, attempts = attempts + $4, claimed_until = NULL
  WHERE id = ANY ($1::uuid[]) AND state = 'sending'`;

const FAIL = `
  WITH failed AS (
    UPDATE notification_deliveries SET state = 'failed', reason = $2, claimed_until = NULL
    WHERE id = ANY ($1::uuid[]) AND state = 'sending' RETURNING *
  )
  INSERT INTO notification_deliveries (
    id, incident_id, target, channel, kind, due_at, fallbacks, repeat_every_ms, group_key
  )
  SELECT gen_random_uuid(), incident_id, fallbacks[1], fallbacks[1], kind, now(), fallbacks[2:], repeat_every_ms, group_key
  FROM failed WHERE cardinality(fallbacks) > 0 AND NOT EXISTS (
    SELECT FROM notification_deliveries AS other
    WHERE other.incident_id = failed.incident_id AND other.target = failed.fallbacks[1]
      AND (other.kind = failed.kind OR other.state IN ('sent', 'sending'))
  )`;

type ClaimedRow = NamedIncidentRow & {
  readonly deliveryId: string;
  readonly channel: string;
  readonly groupKey: string;
  readonly thread: string | null;
  readonly deliveryKind: NoticeKind;
  readonly attempts: number;
  readonly fallbacks: readonly string[];
  readonly mayHaveBeenSent: boolean;
  readonly repeatEveryMs: number | null;
  readonly dueMs: number;
  readonly parentIncidentId: string | null;
  readonly parentName: string | null;
  readonly unsureDependency: string | null;
  readonly heldBack: number;
};

const SET_PARENT = "UPDATE incidents SET parent_id = $2 WHERE id = $1 AND parent_id IS DISTINCT FROM $2";

export class SqlDeliveryStore implements DeliveryStore {
  readonly #service: SqlService;

  constructor(service: SqlService) {
    this.#service = service;
  }

  async plan(incidentId: string, position: number, deliveries: readonly PlannedDelivery[]): Promise<void> {
    if (deliveries.length === 0) return;
    await this.#service.rows(PLAN, [
      uuidColumn(
        deliveries.map(({ kind, channel }) => deliveryIdOf({ incidentId, position, kind, channel })),
      ),
      uuidColumn(deliveries.map(() => incidentId)),
      textColumn(deliveries.map(({ channel }) => channel)),
      textColumn(deliveries.map(({ kind }) => kind)),
      instantColumn(deliveries.map(({ dueMs }) => dueMs)),
      textColumn(deliveries.map(({ fallbacks }) => fallbacks.join("\n"))),
      bigIntegerColumn(deliveries.map(({ repeatEveryMs }) => repeatEveryMs)),
      textColumn(deliveries.map(({ groupKey }) => groupKey)),
    ]);
  }

  async notifiedChannels(incidentId: string): Promise<readonly string[]> {
    const rows = await this.#service.rows<{ channel: string }>(TOLD, [incidentId]);
    return rows.map(({ channel }) => channel);
  }

  async cancelWaiting(incidentId: string, reason: string): Promise<void> {
    await this.#service.change(CANCEL, [incidentId, reason]);
  }

  async claimDue(owner: string, limit: number, claimMs: number): Promise<readonly DueDelivery[]> {
    const rows = await this.#service.rows<ClaimedRow>(CLAIM, [owner, limit, claimMs]);
    return rows.map((row) => {
      const { parentIncidentId, parentName } = row;
      const parent =
        parentIncidentId === null ? null : { incidentId: parentIncidentId, siteName: parentName ?? "" };
      const { deliveryId, channel, deliveryKind, attempts, fallbacks } = row;
      const { mayHaveBeenSent, repeatEveryMs, dueMs, groupKey, thread, unsureDependency, heldBack } = row;
      return {
        id: deliveryId,
        channel,
        kind: deliveryKind,
        attempts,
        fallbacks,
        mayHaveBeenSent,
        repeatEveryMs,
        dueMs,
        groupKey,
        thread,
        incident: incidentOf(row),
        parent,
        unsureDependency,
        heldBack,
      };
    });
  }

  async reassign(id: string, channels: readonly string[]): Promise<void> {
    const ids = channels.map((channel) => reassignedIdOf(id, channel));
    await this.#service.rows(REASSIGN, [id, uuidColumn(ids), textColumn(channels)]);
  }

  async markSent(ids: readonly string[], thread: string | null): Promise<void> {
    await this.#service.change(MARK_SENT, [uuidColumn(ids), thread]);
  }

  async cancel(ids: readonly string[], reason: string): Promise<void> {
    await this.#service.change(CANCEL_CLAIMED, [uuidColumn(ids), reason]);
  }

  async postpone(ids: readonly string[], dueMs: number, reason: string, attempt: boolean): Promise<void> {
    await this.#service.change(POSTPONE, [uuidColumn(ids), dueMs, reason, attempt ? 1 : 0]);
  }

  async fail(ids: readonly string[], reason: string): Promise<void> {
    await this.#service.change(FAIL, [uuidColumn(ids), reason]);
  }

  async setParent(incidentId: string, parentId: string): Promise<void> {
    await this.#service.change(SET_PARENT, [incidentId, parentId]);
  }

  onPlanned(listener: () => void, signal: AbortSignal): void {
    this.#service.listen(CHANNEL, listener, signal);
  }
}
