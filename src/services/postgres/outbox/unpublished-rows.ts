/**
 * The rows a relay reads, as `COPY … TO STDOUT (FORMAT binary)` gives them (PostgreSQL manual, "COPY", "Binary Format"):
 * payloads stay the bytes that are published, where `pg` would decode each row, make objects of it and encode it again.
 */
import type { EventHeaders } from "../../../contract/events/event.ts";
import type { OutboxRow, ReadRange, RowRefusal } from "../../../core/relaying/ports.ts";
import { CopyReader } from "../binary/copy-reader.ts";
import { headersOf, ROW_BYTES, upToBytes } from "./outbox-rows.ts";

/** A row that is larger than this is not read: Kafka's own bound on a request is 100 MiB, its default on a record 1 MiB. */
const LARGEST_ROW_BYTES = 32 << 20;
const LARGEST_KEY_BYTES = 1 << 20;
const SHOWN_TOPIC = 300;
const EVENT_ID = "event-id";
const CLOUD_EVENTS_ID = "ce_id";

const TOO_LARGE: RowRefusal = {
  code: "ROW_TOO_LARGE",
  reason: `the row holds more than ${LARGEST_ROW_BYTES >> 20} MiB, or its key more than ${LARGEST_KEY_BYTES >> 20} MiB: put a reference into the message, not the data`,
};

/** A row that was looked at: one to publish, or one that waits behind a parked row. */
export type ReadRow =
  | { readonly kind: "ready"; readonly row: OutboxRow }
  | { readonly kind: "waiting"; readonly id: bigint; readonly waitsFor: bigint };

/** COPY takes no parameters. Only numbers go into the text. */
export function copyUnpublished(
  table: string,
  lanes: readonly number[],
  { afterId, maxRows, maxBytes }: ReadRange,
  afterParked: "wait" | "pass",
): string {
  const parkedBefore = `(
    SELECT min(parked.id) FROM ${table} AS parked
    WHERE parked.parked_at IS NOT NULL AND NOT parked.published
      AND hashtextextended(parked.message_key, 0) = hashtextextended(unpublished.message_key, 0)
      AND parked.message_key = unpublished.message_key AND parked.topic_name = unpublished.topic_name
      AND parked.id < unpublished.id
  )`;
  const waitsFor = afterParked === "wait" ? parkedBefore : "NULL::bigint";
  const candidates = `
    SELECT *, CASE WHEN blocked_by IS NOT NULL OR too_large THEN 0 ELSE row_bytes END AS size_bytes
    FROM (
      SELECT id, lane, topic_name, message_key, headers::text AS headers_text, payload, payload_bytes,
        ${waitsFor} AS blocked_by, ${ROW_BYTES} AS row_bytes,
        ${ROW_BYTES} > ${LARGEST_ROW_BYTES} OR coalesce(octet_length(message_key), 0) > ${LARGEST_KEY_BYTES} AS too_large
      FROM ${table} AS unpublished
      WHERE NOT published AND parked_at IS NULL AND waits_for IS NULL
        AND id > ${afterId} AND lane = ANY ('{${lanes.join()}}'::smallint[])
      ORDER BY id LIMIT ${maxRows}
    ) AS looked_at`;
  const unlessLeftOut = (value: string): string =>
    `CASE WHEN blocked_by IS NULL AND NOT too_large THEN ${value} END`;
  const columns = [
    "id",
    "lane",
    "blocked_by",
    "row_bytes",
    "CASE WHEN too_large THEN 1 ELSE 0 END::smallint",
    `left(topic_name, ${SHOWN_TOPIC})`,
    // Also of a row that is too large: later rows of its key wait for it.
    `CASE WHEN octet_length(message_key) <= ${LARGEST_KEY_BYTES} THEN message_key END`,
    unlessLeftOut("headers_text"),
    unlessLeftOut("coalesce(payload_bytes, convert_to(payload, 'UTF8'))"),
  ];
  return `COPY (${upToBytes(columns.join(", "), candidates, String(maxBytes))}) TO STDOUT (FORMAT binary)`;
}

/**
 * The rows in what COPY gave. An event without an id of its own gets one that begins with the outbox's identity. Throws
 * `RangeError` where the bytes are not rows of these columns.
 */
export function readRows(copied: Buffer, outboxIdentity: string): readonly ReadRow[] {
  const rows: ReadRow[] = [];
  const reader = new CopyReader(copied);
  while (reader.nextRow()) {
    const id = reader.bigInteger();
    const lane = reader.smallInteger();
    const waitsFor = reader.bigIntegerOrNull();
    const sizeBytes = Number(reader.bigInteger());
    const tooLarge = reader.smallInteger() === 1;
    const topic = reader.text() ?? "";
    const key = reader.text();
    const headers = readHeaders(reader.text());
    const value = reader.bytesOrNull();
    if (waitsFor !== null) {
      rows.push({ kind: "waiting", id, waitsFor });
      continue;
    }
    const refusal = tooLarge ? TOO_LARGE : headers.refusal;
    const event = { topic, key, headers: withEventId(headers.read, `${outboxIdentity}/${id}`), value };
    rows.push({ kind: "ready", row: { id, lane, sizeBytes, event, refusal } });
  }
  return rows;
}

/** A CloudEvent has an id already. The same row has the same id whenever it is published. */
function withEventId(headers: EventHeaders, eventId: string): EventHeaders {
  if (CLOUD_EVENTS_ID in headers || EVENT_ID in headers) return headers;
  return { ...headers, [EVENT_ID]: eventId };
}

interface ReadHeaders {
  readonly read: EventHeaders;
  readonly refusal: RowRefusal | null;
}

function readHeaders(text: string | null): ReadHeaders {
  try {
    return { read: headersOf(JSON.parse(text ?? "{}")), refusal: null };
  } catch (error) {
    // Such as objects in each other by the thousand.
    return {
      read: {},
      refusal: { code: "UNREADABLE_HEADERS", reason: `its headers can't be read: ${error}` },
    };
  }
}
