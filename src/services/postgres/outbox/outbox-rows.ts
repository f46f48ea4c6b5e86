/** An event as a row of an outbox, and back. */
import type { Event, EventHeaders } from "../../../contract/event.ts";
import { RefusedError } from "../../../core/failures.ts";
import { bytesColumn, textColumn } from "../binary/columns.ts";

const strictDecoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

/** Insert with `appendStatement`. */
export function outboxColumns(events: readonly Event[]): readonly Uint8Array[] {
  const payloads = events.map(({ value }) => payloadOf(value));
  return [
    textColumn(events.map(({ topic }) => topic)),
    textColumn(events.map(({ key }) => key)),
    textColumn(events.map(({ headers }) => JSON.stringify(headers))),
    textColumn(payloads.map(({ text }) => text)),
    bytesColumn(payloads.map(({ bytes }) => bytes)),
  ];
}

/** `table` is quoted already. */
export function appendStatement(table: string): string {
  return `
  INSERT INTO ${table} (topic_name, message_key, headers, payload, payload_bytes)
  SELECT topic_name, message_key, headers::jsonb, payload, payload_bytes
  FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bytea[])
    AS event (topic_name, message_key, headers, payload, payload_bytes)`;
}

/** Why the table can't hold an event; null where it can. PostgreSQL's text has no place for U+0000. */
export function refusalOf(event: Event): RefusedError | null {
  const texts = [event.topic, event.key ?? "", ...Object.entries(event.headers).flat()];
  if (texts.some((text) => text.includes("\u0000"))) {
    return new RefusedError("22021", "its topic, key or a header holds U+0000, which a text column can't");
  }
  if (event.topic === "") return new RefusedError("23514", "it names no topic");
  return null;
}

/** As text where it is text, which is what people read in the table; else as bytes. */
function payloadOf(value: Uint8Array | null): {
  readonly text: string | null;
  readonly bytes: Uint8Array | null;
} {
  if (value === null) return { text: null, bytes: null };
  if (value.includes(0)) return { text: null, bytes: value };
  try {
    return { text: strictDecoder.decode(value), bytes: null };
  } catch {
    return { text: null, bytes: value };
  }
}

export const EVENT_COLUMNS = "topic_name, message_key, headers, payload, payload_bytes";

export type EventRow = {
  readonly topic_name: string;
  readonly message_key: string | null;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly payload: string | null;
  readonly payload_bytes: Uint8Array | null;
};

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
