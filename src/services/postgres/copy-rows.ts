/** Rows as `COPY … FROM STDIN (FORMAT binary)` takes them (PostgreSQL manual, "COPY", "Binary Format"). */

/** PostgreSQL counts time from 2000-01-01 (manual, "Date/Time Types"). */
const POSTGRES_EPOCH_MS = Date.UTC(2000, 0, 1);
const FIRST_SIZE_BYTES = 1 << 16;
const HEADER = Buffer.from("PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0", "latin1");
const TRAILER_BYTES = 2;
const LONGEST_UTF8_BYTES = 3;
const HIGH_HALF = 2 ** 32;

export class CopyRows {
  #buffer: Buffer = Buffer.allocUnsafe(FIRST_SIZE_BYTES);
  #at = 0;
  /** The same few ids come again and again. */
  readonly #uuids = new Map<string, Uint8Array>();

  constructor() {
    this.#at = HEADER.copy(this.#buffer);
  }

  /** Begins a row of so many fields; write each of them, in the order of the columns. */
  beginRow(fields: number): void {
    this.#reserve(2);
    this.#at = this.#buffer.writeInt16BE(fields, this.#at);
  }

  null(): void {
    this.#reserve(4);
    this.#at = this.#buffer.writeInt32BE(-1, this.#at);
  }

  /** Also for enumerations. */
  text(value: string): void {
    this.#reserve(4 + value.length * LONGEST_UTF8_BYTES);
    const length = this.#buffer.write(value, this.#at + 4);
    this.#buffer.writeInt32BE(length, this.#at);
    this.#at += 4 + length;
  }

  /** As `jsonb`. */
  json(value: string): void {
    this.#reserve(5 + value.length * LONGEST_UTF8_BYTES);
    const length = this.#buffer.write(value, this.#at + 5) + 1;
    this.#buffer.writeInt32BE(length, this.#at);
    this.#buffer.writeUInt8(1, this.#at + 4);
    this.#at += 4 + length;
  }

  uuid(value: string): void {
    this.#begin(16);
    let bytes = this.#uuids.get(value);
    if (bytes === undefined) {
      bytes = Buffer.from(value.replaceAll("-", ""), "hex");
      this.#uuids.set(value, bytes);
    }
    this.#buffer.set(bytes, this.#at);
    this.#at += 16;
  }

  boolean(value: boolean): void {
    this.#begin(1);
    this.#at = this.#buffer.writeUInt8(value ? 1 : 0, this.#at);
  }

  smallInteger(value: number): void {
    this.#begin(2);
    this.#at = this.#buffer.writeInt16BE(value, this.#at);
  }

  integer(value: number): void {
    this.#begin(4);
    this.#at = this.#buffer.writeInt32BE(value, this.#at);
  }

  /** At most 2 to the 53rd, as numbers are exact. */
  bigInteger(value: number): void {
    this.#begin(8);
    const high = Math.floor(value / HIGH_HALF);
    this.#buffer.writeInt32BE(high, this.#at);
    this.#at = this.#buffer.writeUInt32BE(value - high * HIGH_HALF, this.#at + 4);
  }

  double(value: number): void {
    this.#begin(8);
    this.#at = this.#buffer.writeDoubleBE(value, this.#at);
  }

  /** Milliseconds since the epoch, as `timestamptz`. */
  instant(valueMs: number): void {
    this.bigInteger((valueMs - POSTGRES_EPOCH_MS) * 1000);
  }

  /** All rows; write no more after it. */
  finish(): Uint8Array {
    this.#reserve(TRAILER_BYTES);
    this.#at = this.#buffer.writeInt16BE(-1, this.#at);
    return this.#buffer.subarray(0, this.#at);
  }

  #begin(length: number): void {
    this.#reserve(4 + length);
    this.#at = this.#buffer.writeInt32BE(length, this.#at);
  }

  #reserve(bytes: number): void {
    if (this.#at + bytes <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, this.#at + bytes));
    this.#buffer.copy(larger, 0, 0, this.#at);
    this.#buffer = larger;
  }
}
