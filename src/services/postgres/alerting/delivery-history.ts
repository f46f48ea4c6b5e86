/** Reads the deliveries that people look at. */

import type {
  DeliveryFilter,
  DeliveryHistory,
  LastDelivery,
  ListedDelivery,
} from "../../../core/alerting/sending/delivery-history.ts";
import { textColumn } from "../binary/columns.ts";
import { millisecondsOf } from "../connecting/instants.ts";
import type { SqlService } from "../connecting/sql.ts";

const milliseconds = (column: string, name: string): string => millisecondsOf(column, name);

/** Instants are compared in whole milliseconds, as cursors have them. */
const CREATED = "date_trunc('milliseconds', delivery.created_at)";

const LIST = `
  SELECT delivery.id, delivery.incident_id AS "incidentId", incident.site_id AS "siteId",
    CASE incident.kind WHEN 'pipeline' THEN 'Sitewire' ELSE site.name END AS "siteName",
    CASE incident.kind WHEN 'pipeline' THEN 'sitewire:pipeline' ELSE coalesce(site.url, incident.site_id::text) END AS url,
    target, channel, delivery.kind, delivery.state, ${milliseconds("due_at", "dueAtMs")},
    ${milliseconds("sent_at", "sentAtMs")}, attempts, reason, ${milliseconds(CREATED, "createdAtMs")}
  FROM notification_deliveries AS delivery
  JOIN incidents AS incident ON incident.id = delivery.incident_id
  LEFT JOIN sites AS site ON site.id = incident.site_id
  WHERE ($1::uuid IS NULL OR delivery.incident_id = $1)
    AND ($2::text IS NULL OR channel = $2)
    AND ($3::text IS NULL OR delivery.state = $3)
    AND ($4::text[] IS NULL OR site.tags && $4)
    AND ($5::double precision IS NULL OR (${CREATED}, delivery.id) < (to_timestamp($5 / 1000), $6::uuid))
  ORDER BY ${CREATED} DESC, delivery.id DESC LIMIT $7`;

const LAST = `
  SELECT wanted.channel, kind, state, reason, "atMs"
  FROM unnest($1::text[]) AS wanted (channel)
  CROSS JOIN LATERAL (
    SELECT kind, state, reason, ${milliseconds("coalesce(sent_at, due_at)", "atMs")}
    FROM notification_deliveries AS delivery
    WHERE delivery.channel = wanted.channel AND delivery.state IN ('sent', 'failed')
    ORDER BY delivery.created_at DESC LIMIT 1
  ) AS latest`;

type Row = ListedDelivery & Record<string, unknown>;

export class SqlDeliveryHistory implements DeliveryHistory {
  readonly #service: SqlService;

  constructor(service: SqlService) {
    this.#service = service;
  }

  async list(filter: DeliveryFilter): Promise<readonly ListedDelivery[]> {
    const { incidentId, channel, state, visibleTags, after, limit } = filter;
    return await this.#service.rows<Row>(LIST, [
      incidentId ?? null,
      channel ?? null,
      state ?? null,
      visibleTags === null ? null : textColumn(visibleTags),
      after?.createdAtMs ?? null,
      after?.id ?? null,
      limit,
    ]);
  }

  async lastOf(channels: readonly string[]): Promise<readonly LastDelivery[]> {
    return await this.#service.rows<LastDelivery & Record<string, unknown>>(LAST, [textColumn(channels)]);
  }
}
