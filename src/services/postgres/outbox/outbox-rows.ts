/** A row of an outbox as an event. */
import type { Event, EventHeaders } from "../../../contract/events/event.ts";

const encoder = new TextEncoder();

export const EVENT_COLUMNS = "topic_name, message_key, headers, payload, payload_bytes";

/** What a row holds, in bytes. PostgreSQL knows the length of a stored text without reading it. */
export const ROW_BYTES = `(
  octet_length(topic_name) + octet_length(headers::text) + coalesce(octet_length(message_key), 0)
  + coalesce(octet_length(payload), 0)::bigint + coalesce(octet_length(payload_bytes), 0)
)`;

export type EventRow = {
  readonly topic_name: string;
  readonly message_key: string | null;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly payload: string | null;
  readonly payload_bytes: Uint8Array | null;
};

/**
 * The rows of a selection, in the order of their ids, up to a number of bytes: always one. `candidates` selects at least
 * `id` and `size_bytes`, ordered by id and limited.
 */
export function upToBytes(columns: string, candidates: string, maxBytes: string): string {
  return `
    SELECT ${columns} FROM (
      SELECT *, sum(size_bytes::float8) OVER (ORDER BY id ROWS UNBOUNDED PRECEDING) - size_bytes AS bytes_before
      FROM (${candidates}) AS candidate
    ) AS sized
    WHERE bytes_before < ${maxBytes} ORDER BY id`;
}

export function eventOfRow(row: EventRow): Event {
  return {
    topic: row.topic_name,
    key: row.message_key,
    headers: headersOf(row.headers),
    value: row.payload === null ? plainBytes(row.payload_bytes) : encoder.encode(row.payload),
  };
}

function plainBytes(bytes: Uint8Array | null): Uint8Array | null {
  return bytes === null ? null : Uint8Array.from(bytes);
}

/** Whoever inserts with plain SQL may write numbers or objects: they become their JSON text. */
export function headersOf(headers: Readonly<Record<string, unknown>>): EventHeaders {
  if (areTexts(headers)) return headers;
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      typeof value === "string" ? value : JSON.stringify(value),
    ]),
  );
}

function areTexts(headers: Readonly<Record<string, unknown>>): headers is EventHeaders {
  for (const name in headers) if (typeof headers[name] !== "string") return false;
  return true;
}
