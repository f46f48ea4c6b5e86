/** Claims due deliveries, each with what decides whether and how it is sent. */

import type { DueDelivery } from "../../../core/alerting/ports.ts";
import type { NoticeKind } from "../../../core/alerting/wording/notice.ts";
import { millisecondsOf } from "../connecting/instants.ts";
import type { SqlService } from "../connecting/sql.ts";
import { incidentOf, NAMED_INCIDENT_COLUMNS, type NamedIncidentRow } from "../incidents/incident-row.ts";
import { isChecked } from "../sites/checked-site.ts";

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
    ${millisecondsOf("due_at", "dueMs")},
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

interface DeliveryClaim {
  readonly owner: string;
  readonly limit: number;
  readonly claimMs: number;
}

/** Returns up to `limit` deliveries, oldest first. No other owner gets them for `claimMs`. */
export async function claimDueDeliveries(
  service: SqlService,
  { owner, limit, claimMs }: DeliveryClaim,
): Promise<readonly DueDelivery[]> {
  const rows = await service.rows<ClaimedRow>(CLAIM, [owner, limit, claimMs]);
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
