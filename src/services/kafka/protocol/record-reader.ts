/** Reads the fields of a record in a batch, which are nearly all of variable length (Kafka protocol guide, "Record"). */

/** A record has no attributes yet, but room for them. */
const ATTRIBUTES_BYTES = 1;

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

  /** Seven bits a byte, lowest first, and the sign as the lowest of all ("VARINT", "VARLONG"). Exact up to 2 to the 53rd. */
  integer(): number {
    let value = 0;
    let weight = 1;
    for (;;) {
      const byte = this.#bytes[this.#at];
      if (byte === undefined) throw new RangeError("a record ends in the middle of a number");
      this.#at += 1;
      value += (byte & 127) * weight;
      if (byte < 128) return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
      weight *= 128;
    }
  }

  /** From a record's beginning, behind its length, to how far its time is from the batch's; its distance in offsets follows. */
  toTimestamp(): this {
    this.#at += ATTRIBUTES_BYTES;
    return this;
  }

  /** From a record's beginning to its key; its value follows. */
  toKey(): this {
    this.toTimestamp();
    this.integer();
    this.integer();
    return this;
  }

  /** From a record's beginning to the number of its headers; their names and values follow in turn. */
  toHeaders(): this {
    this.toKey();
    this.skip();
    this.skip();
    return this;
  }

  /** Passes over a field with a length. */
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

  /** Reads a text, and says whether it is this one, which is ASCII. */
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
