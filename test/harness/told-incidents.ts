// An incident and the messages about it, as consumer and notifier leave them in the database.
import { randomUUID } from "node:crypto";
import pg from "pg";

export interface GivenDelivery {
  readonly channel: string;
  readonly state: "waiting" | "sent" | "failed" | "cancelled";
  readonly kind?: "opened" | "escalated" | "reminder" | "worsened" | "acknowledged" | "resolved";
  readonly reason?: string;
  /** ISO 8601; now when omitted. */
  readonly createdAt?: string;
}

/** Records an open incident of a site. Returns its id. */
export async function recordIncident(databaseUrl: string, siteId: string): Promise<string> {
  const id = randomUUID();
  await onDatabase(databaseUrl, (client) =>
    client.query(
      `INSERT INTO incidents (id, site_id, severity, state, since, opened_at, flapping)
       VALUES ($1, $2, 'down', 'open', now() - interval '5 minutes', now() - interval '4 minutes', false)`,
      [id, siteId],
    ),
  );
  return id;
}

/** Records deliveries of an incident in the database at `databaseUrl`, oldest first. */
export async function recordDeliveries(
  databaseUrl: string,
  incidentId: string,
  deliveries: readonly GivenDelivery[],
): Promise<void> {
  await onDatabase(databaseUrl, async (client) => {
    for (const { channel, state, kind = "opened", reason = null, createdAt = null } of deliveries) {
      await client.query(INSERT_DELIVERY, [
        randomUUID(),
        incidentId,
        channel,
        kind,
        state,
        reason,
        createdAt,
      ]);
    }
  });
}

const INSERT_DELIVERY = `
  INSERT INTO notification_deliveries (
    id, incident_id, target, channel, kind, state, reason, attempts, due_at, created_at, sent_at
  )
  SELECT $1, $2, $3, $3, $4, $5, $6, CASE $5 WHEN 'failed' THEN 5 ELSE 0 END, at, at, CASE $5 WHEN 'sent' THEN at END
  FROM coalesce($7::timestamptz, clock_timestamp()) AS at`;

async function onDatabase(databaseUrl: string, work: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client(databaseUrl);
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
