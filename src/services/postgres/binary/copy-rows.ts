/** Encodes rows for `COPY … FROM STDIN (FORMAT binary)` (PostgreSQL manual, "COPY", "Binary Format"). */
import {
  BIG_INTEGER_BYTES,
  INTEGER_BYTES,
  putBigInteger,
  putBoolean,
  putDouble,
  putInstant,
  putInteger,
  putSmallInteger,
  putUuid,
  SMALL_INTEGER_BYTES,
  UUID_BYTES,
  uuidWords,
} from "./values.ts";

const FIRST_SIZE_BYTES = 1 << 16;
const HEADER = Buffer.from("PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0", "latin1");
const TRAILER_BYTES = 2;
const LONGEST_UTF8_BYTES = 3;
const JSONB_VERSION = 1;
const SHORT_TEXT = 64;
const LAST_ASCII = 0x7f;

/** The position of a row in the buffer. */
export interface RowRange {
  readonly from: number;
  readonly to: number;
}

export class CopyRows {
  #bytes: Buffer = Buffer.allocUnsafeSlow(FIRST_SIZE_BYTES);
  #view = viewOf(this.#bytes);
  #at = 0;
  /** Cache of ids as four numbers, because every batch contains the same ids. */
  readonly #uuids = new Map<string, readonly number[]>();

  /** Begins a row with this many fields. Write every field, in the order of the columns. */
  beginRow(fields: number): void {
    this.#reserve(2);
    this.#view.setInt16(this.#at, fields);
    this.#at += 2;
  }

  /** Also for enumerations. */
  text(value: string | null): void {
    if (value === null) {
      this.#null();
      return;
    }
    this.#reserve(4 + value.length * LONGEST_UTF8_BYTES);
    const length = this.#write(value, this.#at + 4);
    this.#view.setInt32(this.#at, length);
    this.#at += 4 + length;
  }

  /** As `jsonb`. */
  json(value: string | null): void {
    if (value === null) {
      this.#null();
      return;
    }
    this.#reserve(5 + value.length * LONGEST_UTF8_BYTES);
    const length = this.#write(value, this.#at + 5) + 1;
    this.#view.setInt32(this.#at, length);
    this.#view.setInt8(this.#at + 4, JSONB_VERSION);
    this.#at += 4 + length;
  }

  /** Throws `RangeError`, as the next ones do, for what the type can't hold. */
  uuid(value: string): void {
    let words = this.#uuids.get(value);
    if (words === undefined) {
      words = uuidWords(value);
      this.#uuids.set(value, words);
    }
    this.#begin(UUID_BYTES);
    putUuid(this.#view, this.#at, words);
    this.#at += UUID_BYTES;
  }

  boolean(value: boolean | null): void {
    if (value === null) {
      this.#null();
      return;
    }
    this.#begin(1);
    putBoolean(this.#view, this.#at, value);
    this.#at += 1;
  }

  smallInteger(value: number | null): void {
    if (value === null) {
      this.#null();
      return;
    }
    this.#begin(SMALL_INTEGER_BYTES);
    putSmallInteger(this.#view, this.#at, value);
    this.#at += SMALL_INTEGER_BYTES;
  }

  integer(value: number | null): void {
    if (value === null) {
      this.#null();
      return;
    }
    this.#begin(INTEGER_BYTES);
    putInteger(this.#view, this.#at, value);
    this.#at += INTEGER_BYTES;
  }

  bigInteger(value: number | null): void {
    if (value === null) {
      this.#null();
      return;
    }
    this.#begin(BIG_INTEGER_BYTES);
    putBigInteger(this.#view, this.#at, value);
    this.#at += BIG_INTEGER_BYTES;
  }

  double(value: number | null): void {
    if (value === null) {
      this.#null();
      return;
    }
    this.#begin(BIG_INTEGER_BYTES);
    putDouble(this.#view, this.#at, value);
    this.#at += BIG_INTEGER_BYTES;
  }

  /** Milliseconds since the epoch, as `timestamptz`. */
  instant(value: number | null): void {
    if (value === null) {
      this.#null();
      return;
    }
    this.#begin(BIG_INTEGER_BYTES);
    putInstant(this.#view, this.#at, value);
    this.#at += BIG_INTEGER_BYTES;
  }

  /** Offset at which the next row begins. */
  get end(): number {
    return this.#at;
  }

  /** Returns a complete `COPY` input with only these rows, in this order. */
  only(rows: readonly RowRange[]): Uint8Array {
    const sizeBytes = rows.reduce((sum, { from, to }) => sum + to - from, 0);
    const copy = Buffer.allocUnsafeSlow(HEADER.length + sizeBytes + TRAILER_BYTES);
    let at = HEADER.copy(copy);
    for (const { from, to } of rows) at += this.#bytes.copy(copy, at, from, to);
    copy.writeInt16BE(-1, at);
    return copy;
  }

  #null(): void {
    this.#reserve(4);
    this.#view.setInt32(this.#at, -1);
    this.#at += 4;
  }

  #begin(length: number): void {
    this.#reserve(4 + length);
    this.#view.setInt32(this.#at, length);
    this.#at += 4;
  }

  /** Returns the number of bytes written. For short texts this loop is faster than a call into the runtime. */
  #write(value: string, at: number): number {
    if (value.length > SHORT_TEXT) return this.#bytes.write(value, at);
    for (let index = 0; index < value.length; index += 1) {
      const code = value.charCodeAt(index);
      if (code > LAST_ASCII) return this.#bytes.write(value, at);
      this.#bytes[at + index] = code;
    }
    return value.length;
  }

  #reserve(bytes: number): void {
    if (this.#at + bytes <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(this.#bytes.length * 2, this.#at + bytes));
    this.#bytes.copy(larger, 0, 0, this.#at);
    this.#bytes = larger;
    this.#view = viewOf(larger);
  }
}

function viewOf({ buffer, byteOffset, byteLength }: Buffer): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}
