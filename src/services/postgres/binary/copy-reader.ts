/** Decodes the rows of `COPY … TO STDOUT (FORMAT binary)` (PostgreSQL manual, "COPY", "Binary Format"). */
import { HIGH_HALF, POSTGRES_EPOCH_MS } from "./binary-form.ts";

const EXTENSION_LENGTH_AT = 15;
const HEADER_BYTES = 19;
const UUID_BYTES = 16;

interface KnownUuid {
  readonly text: string;
  /** The other twelve bytes, as three numbers. */
  readonly rest: readonly number[];
}

/** Reads fields in the order of the select list. The caller knows their types. */
export class CopyReader {
  readonly #bytes: Buffer;
  /** Cache of ids by their first four bytes, because the same few ids repeat. */
  readonly #uuids = new Map<number, KnownUuid>();
  #at: number;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
    this.#at = bytes.length === 0 ? 0 : HEADER_BYTES + bytes.readInt32BE(EXTENSION_LENGTH_AT);
  }

  /** Moves to the next row; returns false when there is none. */
  nextRow(): boolean {
    if (this.#at + 2 > this.#bytes.length || this.#bytes.readInt16BE(this.#at) === -1) return false;
    this.#at += 2;
    return true;
  }

  uuid(): string {
    const at = this.#field(UUID_BYTES);
    const first = this.#bytes.readInt32BE(at);
    const known = this.#uuids.get(first);
    if (known !== undefined && this.#isAt(at, known)) return known.text;
    const hex = this.#bytes.toString("hex", at, at + UUID_BYTES);
    const text = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
    const rest = [4, 8, 12].map((offset) => this.#bytes.readInt32BE(at + offset));
    this.#uuids.set(first, { text, rest });
    return text;
  }

  /** Of a `timestamp` or `timestamptz`: milliseconds since the epoch. */
  instant(): number {
    const at = this.#field(8);
    return instantOf(this.#bytes.readInt32BE(at), this.#bytes.readUInt32BE(at + 4));
  }

  bigInteger(): bigint {
    return this.#bytes.readBigInt64BE(this.#field(8));
  }

  bigIntegerOrNull(): bigint | null {
    if (this.#bytes.readInt32BE(this.#at) >= 0) return this.bigInteger();
    this.#nextLength();
    return null;
  }

  integer(): number {
    return this.#bytes.readInt32BE(this.#field(4));
  }

  smallInteger(): number {
    return this.#bytes.readInt16BE(this.#field(2));
  }

  text(): string | null {
    const length = this.#nextLength();
    return length < 0 ? null : this.#bytes.toString("utf8", this.#at - length, this.#at);
  }

  /** Throws `RangeError` for a null. */
  bytes(): Uint8Array {
    const bytes = this.bytesOrNull();
    if (bytes === null) throw new RangeError("expected bytes, found a null field");
    return bytes;
  }

  bytesOrNull(): Uint8Array | null {
    const length = this.#nextLength();
    if (length < 0) return null;
    return new Uint8Array(this.#bytes.buffer, this.#bytes.byteOffset + this.#at - length, length);
  }

  /** Skips a field; returns its length, -1 for a null. */
  #nextLength(): number {
    const length = this.#bytes.readInt32BE(this.#at);
    this.#at += 4 + Math.max(0, length);
    return length;
  }

  /** True when the bytes after the first four equal those of the id. */
  #isAt(at: number, { rest }: KnownUuid): boolean {
    return (
      this.#bytes.readInt32BE(at + 4) === rest[0] &&
      this.#bytes.readInt32BE(at + 8) === rest[1] &&
      this.#bytes.readInt32BE(at + 12) === rest[2]
    );
  }

  /** Returns the offset of the field's bytes. Throws `RangeError` when its length does not match the expected type. */
  #field(length: number): number {
    const found = this.#bytes.readInt32BE(this.#at);
    if (found !== length) throw new RangeError(`expected a field of ${length} bytes, found ${found}`);
    const at = this.#at + 4;
    this.#at = at + length;
    return at;
  }
}

/** Converts PostgreSQL's 64-bit microseconds since 2000 to milliseconds since the epoch. */
export function instantOf(highHalf: number, lowHalf: number): number {
  return POSTGRES_EPOCH_MS + (highHalf * HIGH_HALF + lowHalf) / 1000;
}
