/**
 * Writes the records of a batch (Kafka protocol guide, "Record"): numbers of variable length, and strings and bytes after
 * their length, which is -1 for null.
 */
import type { Event } from "../../../contract/events/event.ts";

const FIRST_SIZE_BYTES = 1 << 16;
/** A larger buffer is released: one giant event must not keep its memory for ever. */
const KEPT_BYTES = 1 << 22;
/** The most that a 32-bit number takes. */
const LONGEST_NUMBER_BYTES = 5;
const LONGEST_UTF8_BYTES = 3;
/** A record's attributes and its timestamp delta: both 0. */
const FIXED_BYTES = 2;
/** Up to this length a loop over the characters is faster than a call into Node, and the length takes one byte. */
const SHORT_TEXT = 48;
const ASCII_END = 0x80;

export class RecordWriter {
  #bytes: Buffer = Buffer.allocUnsafe(FIRST_SIZE_BYTES);
  #at = 0;
  /** The bytes that the last record's length took: a guess for the next one. */
  #lengthBytes = 2;

  clear(): void {
    this.#at = 0;
    if (this.#bytes.length > KEPT_BYTES) this.#bytes = Buffer.allocUnsafe(FIRST_SIZE_BYTES);
  }

  /** All records since `clear`; valid until the next one is written. */
  written(): Buffer {
    return this.#bytes.subarray(0, this.#at);
  }

  /** The record has the batch's timestamp. */
  write({ key, value, headers, binary }: Event, offsetDelta: number): void {
    this.#reserve(LONGEST_NUMBER_BYTES + FIXED_BYTES);
    const lengthAt = this.#at;
    const startsAt = lengthAt + this.#lengthBytes;
    this.#at = this.#bytes.writeInt16BE(0, startsAt);
    this.#number(offsetDelta);
    if (binary?.key != null) this.#blob(binary.key);
    else if (key === null) this.#number(-1);
    else this.#text(key);
    if (value === null) this.#number(-1);
    else this.#blob(value);
    const names = Object.keys(headers);
    this.#number(names.length);
    for (const name of names) {
      this.#text(name);
      const bytes = binary?.headers[name];
      if (bytes === undefined) this.#text(headers[name] ?? "");
      else this.#blob(bytes);
    }
    this.#putLength(lengthAt, startsAt);
  }

  #putLength(lengthAt: number, startsAt: number): void {
    const endsAt = this.#at;
    const length = endsAt - startsAt;
    const lengthBytes = numberBytes(length);
    if (lengthBytes !== this.#lengthBytes) {
      this.#reserve(LONGEST_NUMBER_BYTES);
      this.#bytes.copyWithin(lengthAt + lengthBytes, startsAt, endsAt);
      this.#lengthBytes = lengthBytes;
    }
    this.#at = lengthAt;
    this.#number(length);
    this.#at += length;
  }

  #blob(value: Uint8Array): void {
    this.#reserve(LONGEST_NUMBER_BYTES + value.byteLength);
    this.#number(value.byteLength);
    this.#bytes.set(value, this.#at);
    this.#at += value.byteLength;
  }

  #text(text: string): void {
    this.#reserve(LONGEST_NUMBER_BYTES + text.length * LONGEST_UTF8_BYTES);
    if (text.length <= SHORT_TEXT && this.#shortAscii(text)) return;
    this.#number(Buffer.byteLength(text));
    this.#at += this.#bytes.write(text, this.#at);
  }

  /** Returns false and writes nothing when the text is not ASCII. */
  #shortAscii(text: string): boolean {
    const bytes = this.#bytes;
    const { length } = text;
    const startsAt = this.#at + 1;
    for (let index = 0; index < length; index += 1) {
      const code = text.charCodeAt(index);
      if (code >= ASCII_END) return false;
      bytes[startsAt + index] = code;
    }
    this.#number(length);
    this.#at += length;
    return true;
  }

  /** Writes a 32-bit number: zigzag, then seven bits a byte, lowest first. */
  #number(value: number): void {
    this.#reserve(LONGEST_NUMBER_BYTES);
    let rest = ((value << 1) ^ (value >> 31)) >>> 0;
    while (rest >= 0x80) {
      this.#bytes[this.#at++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.#bytes[this.#at++] = rest;
  }

  #reserve(bytes: number): void {
    if (this.#at + bytes <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#at + bytes));
    this.#bytes.copy(larger, 0, 0, this.#at);
    this.#bytes = larger;
  }
}

/** The bytes that `#number` takes for a number that is not negative. */
function numberBytes(value: number): number {
  let bytes = 1;
  for (let rest = value * 2; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes += 1;
  return bytes;
}
