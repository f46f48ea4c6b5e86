/** Reads the fields of a record, most of them of variable length (Kafka protocol guide, "Record"). */

/** One byte, unused so far. */
const ATTRIBUTES_BYTES = 1;
/** The most that a 64-bit number takes. */
const LONGEST_NUMBER_BYTES = 10;

export class RecordReader {
  readonly #bytes: Buffer;
  #at: number;

  constructor(bytes: Buffer, at: number) {
    this.#bytes = bytes;
    this.#at = at;
  }

  get at(): number {
    return this.#at;
  }

  /** The size of all bytes. */
  get length(): number {
    return this.#bytes.length;
  }

  /** Continues at another position. */
  moveTo(at: number): void {
    this.#at = at;
  }

  /**
   * A zigzag number, seven bits a byte, lowest first ("VARINT", "VARLONG"). Exact up to 2 to the 53rd. Throws `RangeError`
   * when the bytes are no such number.
   */
  integer(): number {
    let value = 0;
    let weight = 1;
    for (let index = 0; index < LONGEST_NUMBER_BYTES; index += 1) {
      const byte = this.#bytes[this.#at];
      if (byte === undefined) throw new RangeError("a number ends after the records");
      this.#at += 1;
      value += (byte & 127) * weight;
      if (byte < 128) return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
      weight *= 128;
    }
    throw new RangeError("a number is longer than 64 bits");
  }

  /** Skips a field that begins with its length. Throws `RangeError` when it ends after `end`. */
  skipWithin(end: number): void {
    this.skip();
    if (this.#at > end) throw new RangeError("a field ends after its record");
  }

  /** Moves from a record's beginning, after its length, to its timestamp delta; its offset delta follows. */
  toTimestamp(): this {
    this.#at += ATTRIBUTES_BYTES;
    return this;
  }

  /** Moves from a record's beginning to its key; its value follows. */
  toKey(): this {
    this.toTimestamp();
    this.integer();
    this.integer();
    return this;
  }

  /** Moves from a record's beginning to the number of its headers; names and values follow in turn. */
  toHeaders(): this {
    this.toKey();
    this.skip();
    this.skip();
    return this;
  }

  /** Skips a field that begins with its length. */
  skip(): void {
    const length = this.integer();
    this.#at += Math.max(0, length);
  }

  bytes(): Buffer | null {
    const length = this.integer();
    if (length < 0) return null;
    const start = this.#at;
    this.#at += length;
    return this.#bytes.subarray(start, this.#at);
  }

  text(): string | null {
    const length = this.integer();
    if (length < 0) return null;
    const start = this.#at;
    this.#at += length;
    return this.#bytes.toString("utf8", start, this.#at);
  }

  /** Reads a text and returns whether it equals `text`, which must be ASCII. */
  isText(text: string): boolean {
    const length = this.integer();
    const start = this.#at;
    this.#at += Math.max(0, length);
    if (length !== text.length) return false;
    for (let index = 0; index < length; index += 1) {
      if (this.#bytes[start + index] !== text.charCodeAt(index)) return false;
    }
    return true;
  }
}

/**
 * Validates all fields of a record, so that reading them later never fails. Returns its offset delta. Throws `RangeError`,
 * with the reason, when its fields do not end exactly where the record ends.
 */
export function walkRecord(reader: RecordReader, end: number): number {
  reader.toTimestamp().integer();
  const offsetDelta = reader.integer();
  reader.skipWithin(end); // key
  reader.skipWithin(end); // value
  const headerCount = reader.integer();
  if (headerCount < 0) throw new RangeError("it has a negative number of headers");
  for (let left = headerCount; left > 0; left -= 1) {
    reader.skipWithin(end); // name
    reader.skipWithin(end); // value
  }
  if (reader.at !== end) throw new RangeError("its fields do not end where it ends");
  return offsetDelta;
}
