/**
 * The rows a relay reads, as `COPY … TO STDOUT (FORMAT binary)` gives them (PostgreSQL manual, "COPY", "Binary Format"):
 * payloads come as the bytes that are published, where rows of `pg` would be decoded, made objects and encoded again.
 */
import type { OutboxRow } from "../../core/relaying/ports.ts";
import { headersOf } from "./outbox-rows.ts";

/** In the order in which they are read. As text, headers may be json or jsonb. */
export const UNPUBLISHED_COLUMNS =
  "id, lane, topic_name, message_key, headers::text, coalesce(payload_bytes, convert_to(payload, 'UTF8'))";

const FIELDS = 6;
const EXTENSION_LENGTH_AT = 15;
const HEADER_BYTES = 19;

/** Throws `RangeError` where the bytes are not rows of these columns. */
export function unpublishedRows(copied: Buffer): readonly OutboxRow[] {
  const rows: OutboxRow[] = [];
  const fields = new Fields(copied, HEADER_BYTES + copied.readInt32BE(EXTENSION_LENGTH_AT));
  while (fields.nextRow() === FIELDS) {
    rows.push({
      id: fields.bigInteger(),
      lane: fields.smallInteger(),
      event: {
        topic: fields.text() ?? "",
        key: fields.text(),
        headers: headersOf(JSON.parse(fields.text() ?? "{}")),
        value: fields.bytes(),
      },
    });
  }
  return rows;
}

class Fields {
  readonly #copied: Buffer;
  #at: number;

  constructor(copied: Buffer, at: number) {
    this.#copied = copied;
    this.#at = at;
  }

  /** How many fields it has; -1 behind the last one. */
  nextRow(): number {
    return this.#copied.readInt16BE(this.#skip(2));
  }

  bigInteger(): bigint {
    return this.#copied.readBigInt64BE(this.#skip(this.#length()));
  }

  smallInteger(): number {
    return this.#copied.readInt16BE(this.#skip(this.#length()));
  }

  text(): string | null {
    const length = this.#length();
    if (length < 0) return null;
    const from = this.#skip(length);
    return this.#copied.toString("utf8", from, this.#at);
  }

  bytes(): Uint8Array | null {
    const length = this.#length();
    if (length < 0) return null;
    const from = this.#skip(length);
    return new Uint8Array(this.#copied.buffer, this.#copied.byteOffset + from, length);
  }

  #length(): number {
    return this.#copied.readInt32BE(this.#skip(4));
  }

  #skip(length: number): number {
    const from = this.#at;
    this.#at += length;
    return from;
  }
}
