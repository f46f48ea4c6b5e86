/**
 * The rows a relay reads, as `COPY … TO STDOUT (FORMAT binary)` gives them (PostgreSQL manual, "COPY", "Binary Format"):
 * payloads come as the bytes that are published, where rows of `pg` would be decoded, made objects and encoded again.
 */
import type { OutboxRow } from "../../../core/relaying/ports.ts";
import { CopyReader } from "../binary/copy-reader.ts";
import { headersOf } from "./outbox-rows.ts";

/** In the order in which they are read. As text, headers may be json or jsonb. */
export const UNPUBLISHED_COLUMNS =
  "id, lane, topic_name, message_key, headers::text, coalesce(payload_bytes, convert_to(payload, 'UTF8'))";

/** Throws `RangeError` where the bytes are not rows of these columns. */
export function unpublishedRows(copied: Buffer): readonly OutboxRow[] {
  const rows: OutboxRow[] = [];
  const reader = new CopyReader(copied);
  while (reader.nextRow()) {
    rows.push({
      id: reader.bigInteger(),
      lane: reader.smallInteger(),
      event: {
        topic: reader.text() ?? "",
        key: reader.text(),
        headers: headersOf(JSON.parse(reader.text() ?? "{}")),
        value: reader.bytesOrNull(),
      },
    });
  }
  return rows;
}
