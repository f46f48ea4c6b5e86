/** Deliveries of alerts: planned, claimed by one notifier at a time, and settled. */
import { deliveryIdOf } from "../../../contract/identity.ts";
import type { NoticeKind } from "../../../core/alerting/notice.ts";
import type { DeliveryStore, DueDelivery, PlannedDelivery } from "../../../core/alerting/ports.ts";
import { bigIntegerColumn, instantColumn, textColumn, uuidColumn } from "../binary/columns.ts";
import type { SqlService } from "../connecting/sql.ts";
import { incidentOf, NAMED_INCIDENT_COLUMNS, type NamedIncidentRow } from "../incidents/incident-row.ts";

const CHANNEL = "sitewire_deliveries";

const PLAN = `
  WITH planned AS (
    INSERT INTO notification_deliveries (id, incident_id, channel, kind, due_at, fallbacks, repeat_every_ms)
    SELECT id, incident_id, channel, kind, due_at, coalesce(string_to_array(nullif(fallbacks, ''), E'\\n'), '{}'), repeat_every_ms
    FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::timestamptz[], $6::text[], $7::bigint[])
      AS new (id, incident_id, channel, kind, due_at, fallbacks, repeat_every_ms)
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
    SELECT id, state = 'sending' AS may_have_been_sent FROM notification_deliveries
    WHERE (state = 'waiting' AND due_at <= now()) OR (state = 'sending' AND claimed_until <= now())
    ORDER BY due_at LIMIT $2 FOR UPDATE SKIP LOCKED
  ), claimed AS (
    UPDATE notification_deliveries AS delivery
    SET state = 'sending', claimed_by = $1, claimed_until = now() + $3 * interval '1 millisecond'
    FROM due WHERE delivery.id = due.id
    RETURNING delivery.*, due.may_have_been_sent
  )
  SELECT claimed.id AS "deliveryId", channel, claimed.kind AS "deliveryKind", attempts, fallbacks, may_have_been_sent AS "mayHaveBeenSent",
    repeat_every_ms::double precision AS "repeatEveryMs",
    (extract(epoch FROM due_at) * 1000)::double precision AS "dueMs",
    parent.id AS "parentIncidentId", parent.name AS "parentName", ${NAMED_INCIDENT_COLUMNS}
  FROM claimed
  JOIN incidents AS incident ON incident.id = claimed.incident_id
  LEFT JOIN sites AS site ON site.id = incident.site_id
  LEFT JOIN LATERAL (
    SELECT other.id, coalesce(needed.name, needed.url) AS name
    FROM sites AS needed JOIN incidents AS other ON other.site_id = needed.id
    WHERE (needed.name = site.depends_on OR needed.url = site.depends_on)
      AND other.kind = 'site' AND other.severity = 'down' AND other.state <> 'resolved'
    ORDER BY other.since LIMIT 1
  ) AS parent ON true
  ORDER BY due_at, claimed.id`;

const MARK_SENT = `
  WITH sent AS (
    UPDATE notification_deliveries SET state = 'sent', sent_at = now(), claimed_until = NULL, reason = NULL
    WHERE id = ANY ($1::uuid[]) RETURNING *
  )
  INSERT INTO notification_deliveries (id, incident_id, channel, kind, due_at, repeat_every_ms)
  SELECT gen_random_uuid(), incident_id, channel, 'reminder', now() + repeat_every_ms * interval '1 millisecond',
    repeat_every_ms
  FROM sent JOIN incidents AS incident ON incident.id = incident_id
  WHERE repeat_every_ms IS NOT NULL AND incident.state = 'open'`;

const POSTPONE = `
  UPDATE notification_deliveries SET state = 'waiting', due_at = to_timestamp($2::double precision / 1000),
    reason = $3, attempts = attempts + $4, claimed_until = NULL
  WHERE id = ANY ($1::uuid[]) AND state = 'sending'`;

const FAIL = `
  WITH failed AS (
    UPDATE notification_deliveries SET state = 'failed', reason = $2, claimed_until = NULL
    WHERE id = ANY ($1::uuid[]) AND state = 'sending' RETURNING *
  )
  INSERT INTO notification_deliveries (id, incident_id, channel, kind, due_at, fallbacks, repeat_every_ms)
  SELECT gen_random_uuid(), incident_id, fallbacks[1], kind, now(), fallbacks[2:], repeat_every_ms
  FROM failed WHERE cardinality(fallbacks) > 0 AND NOT EXISTS (
    SELECT FROM notification_deliveries AS other
    WHERE other.incident_id = failed.incident_id AND other.channel = failed.fallbacks[1] AND other.kind = failed.kind
  )`;

type ClaimedRow = NamedIncidentRow & {
  readonly deliveryId: string;
  readonly channel: string;
  readonly deliveryKind: NoticeKind;
  readonly attempts: number;
  readonly fallbacks: readonly string[];
  readonly mayHaveBeenSent: boolean;
  readonly repeatEveryMs: number | null;
  readonly dueMs: number;
  readonly parentIncidentId: string | null;
  readonly parentName: string | null;
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
      const {
        deliveryId,
        channel,
        deliveryKind,
        attempts,
        fallbacks,
        mayHaveBeenSent,
        repeatEveryMs,
        dueMs,
      } = row;
      const incident = incidentOf(row);
      return {
        id: deliveryId,
        channel,
        kind: deliveryKind,
        attempts,
        fallbacks,
        mayHaveBeenSent,
        repeatEveryMs,
        dueMs,
        incident,
        parent,
      };
    });
  }

  async markSent(ids: readonly string[]): Promise<void> {
    await this.#service.change(MARK_SENT, [uuidColumn(ids)]);
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
