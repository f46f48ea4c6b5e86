/** Rows as `COPY … FROM STDIN (FORMAT binary)` takes them (PostgreSQL manual, "COPY", "Binary Format"). */
import { HIGH_HALF, POSTGRES_EPOCH_MS } from "./binary-form.ts";

const FIRST_SIZE_BYTES = 1 << 16;
const HEADER = Buffer.from("PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0", "latin1");
const TRAILER_BYTES = 2;
const LONGEST_UTF8_BYTES = 3;
const LARGEST_SMALL_INTEGER = 2 ** 15 - 1;
const LARGEST_INTEGER = 2 ** 31 - 1;
const JSONB_VERSION = 1;
const SHORT_TEXT = 64;
const LAST_ASCII = 0x7f;

/** Where a row is among all. */
export interface RowRange {
  readonly from: number;
  readonly to: number;
}

export class CopyRows {
  #bytes: Buffer = Buffer.allocUnsafeSlow(FIRST_SIZE_BYTES);
  #view = viewOf(this.#bytes);
  #at = 0;
  /** The same few ids come again and again: each as four numbers. */
  readonly #uuids = new Map<string, readonly number[]>();

  /** Begins a row of so many fields; write each of them, in the order of the columns. */
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

  uuid(value: string): void {
    this.#begin(16);
    let words = this.#uuids.get(value);
    if (words === undefined) {
      words = wordsOf(value);
      this.#uuids.set(value, words);
    }
    for (const word of words) {
      this.#view.setUint32(this.#at, word);
      this.#at += 4;
    }
  }

  boolean(value: boolean | null): void {
    if (value === null) {
      this.#null();
      return;
    }
    this.#begin(1);
    this.#view.setInt8(this.#at, value ? 1 : 0);
    this.#at += 1;
  }

  /** Throws `RangeError`, as the other integers do, for a number that is too large. */
  smallInteger(value: number | null): void {
    if (value === null) {
      this.#null();
      return;
    }
    refuseAbove(value, LARGEST_SMALL_INTEGER);
    this.#begin(2);
    this.#view.setInt16(this.#at, value);
    this.#at += 2;
  }

  integer(value: number | null): void {
    if (value === null) {
      this.#null();
      return;
    }
    refuseAbove(value, LARGEST_INTEGER);
    this.#begin(4);
    this.#view.setInt32(this.#at, value);
    this.#at += 4;
  }

  /** At most 2 to the 53rd, as numbers are exact. */
  bigInteger(value: number | null): void {
    if (value === null) {
      this.#null();
      return;
    }
    refuseAbove(value, Number.MAX_SAFE_INTEGER);
    this.#begin(8);
    const high = Math.floor(value / HIGH_HALF);
    this.#view.setInt32(this.#at, high);
    this.#view.setUint32(this.#at + 4, value - high * HIGH_HALF);
    this.#at += 8;
  }

  double(value: number | null): void {
    if (value === null) {
      this.#null();
      return;
    }
    this.#begin(8);
    this.#view.setFloat64(this.#at, value);
    this.#at += 8;
  }

  /** Milliseconds since the epoch, as `timestamptz`. */
  instant(valueMs: number | null): void {
    this.bigInteger(valueMs === null ? null : (valueMs - POSTGRES_EPOCH_MS) * 1000);
  }

  /** Where the next row will begin. */
  get end(): number {
    return this.#at;
  }

  /** These rows alone, in this order, as the whole of a `COPY`. */
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

  /** Returns how many bytes it took. A short text is over before a call into the runtime would have begun. */
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

function wordsOf(uuid: string): readonly number[] {
  const hex = uuid.replaceAll("-", "");
  return [0, 8, 16, 24].map((at) => Number.parseInt(hex.slice(at, at + 8), 16));
}

function refuseAbove(value: number, largest: number): void {
  if (value > largest || value < -largest) throw new RangeError(`${value} is not within ±${largest}`);
}
