/** Appends events to an outbox. */
import type { Event } from "../../../contract/events/event.ts";
import { RefusedError } from "../../../core/failures.ts";
import { bytesColumn, textColumn } from "../binary/columns.ts";
import type { Sql } from "../connecting/sql.ts";
import type { OutboxTable } from "./outbox-table.ts";

const strictDecoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** All or nothing. Check each with `refusalOf` before. Throws `UnavailableError` or `RefusedError`. */
export async function appendEvents(sql: Sql, table: OutboxTable, events: readonly Event[]): Promise<void> {
  if (events.length === 0) return;
  const payloads = events.map(({ value }) => payloadOf(value));
  const statement = `
    INSERT INTO ${table.quoted} (topic_name, message_key, headers, payload, payload_bytes)
    SELECT topic_name, message_key, headers::jsonb, payload, payload_bytes
    FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bytea[])
      AS event (topic_name, message_key, headers, payload, payload_bytes)`;
  await sql.change(statement, [
    textColumn(events.map(({ topic }) => topic)),
    textColumn(events.map(({ key }) => key)),
    textColumn(events.map(({ headers }) => JSON.stringify(headers))),
    textColumn(payloads.map(({ text }) => text)),
    bytesColumn(payloads.map(({ bytes }) => bytes)),
  ]);
}

/** Why the table can't hold an event; null where it can. PostgreSQL's text can't hold U+0000, nor jsonb a lone surrogate. */
export function refusalOf(event: Event): RefusedError | null {
  const texts = [event.topic, event.key ?? "", ...Object.entries(event.headers).flat()];
  if (texts.some((text) => text.includes("\u0000"))) {
    return new RefusedError("22021", "its topic, key or a header holds U+0000, which a text column can't");
  }
  if (texts.some((text) => !text.isWellFormed())) {
    return new RefusedError(
      "22021",
      "its topic, key or a header holds half a surrogate pair: it is no Unicode text",
    );
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
