/** Deliveries of alerts: planned, claimed by one notifier at a time, and settled. */
import { deliveryIdOf, reassignedIdOf } from "../../../contract/identity.ts";
import type { DeliveryStore, DueDelivery, PlannedDelivery } from "../../../core/alerting/ports.ts";
import { bigIntegerColumn, instantColumn, textColumn, uuidColumn } from "../binary/columns.ts";
import type { SqlService } from "../connecting/sql.ts";
import { claimDueDeliveries } from "./due-deliveries.ts";

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
    return await claimDueDeliveries(this.#service, { owner, limit, claimMs });
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
