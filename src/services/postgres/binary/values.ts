/**
 * Encodes single values in PostgreSQL's binary format (PostgreSQL source, the `…recv` function of each type). Throws
 * `RangeError` for a value outside its type's range; nothing is truncated or rounded silently.
 */
import { DAY_MS } from "../../../contract/duration.ts";
import { HIGH_HALF, POSTGRES_EPOCH_MS } from "./binary-form.ts";

export const SMALL_INTEGER_BYTES = 2;
export const INTEGER_BYTES = 4;
export const BIG_INTEGER_BYTES = 8;
export const UUID_BYTES = 16;

const LARGEST_SMALL_INTEGER = 2 ** 15 - 1;
const LARGEST_INTEGER = 2 ** 31 - 1;
const LARGEST_BIG_INTEGER = 2n ** 63n - 1n;
const LARGEST_FLOAT = 3.4028234663852886e38;
/** PostgreSQL begins in 4713 BC (manual, "Date/Time Types"); it ends after the last instant of a JavaScript date. */
const FIRST_INSTANT_MS = -210_866_803_200_000;
const LAST_INSTANT_MS = 8_640_000_000_000_000;

export function putSmallInteger(view: DataView, at: number, value: number): void {
  refuseOutside(value, -LARGEST_SMALL_INTEGER - 1, LARGEST_SMALL_INTEGER);
  view.setInt16(at, value);
}

export function putInteger(view: DataView, at: number, value: number): void {
  refuseOutside(value, -LARGEST_INTEGER - 1, LARGEST_INTEGER);
  view.setInt32(at, value);
}

/** A number must be an exact integer, so within ±2^53. */
export function putBigInteger(view: DataView, at: number, value: number | bigint): void {
  if (typeof value === "bigint") {
    if (value > LARGEST_BIG_INTEGER || value < -LARGEST_BIG_INTEGER - 1n) {
      throw new RangeError(`${value} does not fit in 64 bits`);
    }
    view.setBigInt64(at, value);
    return;
  }
  refuseOutside(value, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
  const high = Math.floor(value / HIGH_HALF);
  view.setInt32(at, high);
  view.setUint32(at + 4, value - high * HIGH_HALF);
}

/** Whole milliseconds since the epoch, as `timestamptz`: microseconds since 2000, computed in halves to stay exact. */
export function putInstant(view: DataView, at: number, valueMs: number): void {
  refuseOutside(valueMs, FIRST_INSTANT_MS, LAST_INSTANT_MS);
  const sinceMs = valueMs - POSTGRES_EPOCH_MS;
  const high = Math.floor(sinceMs / HIGH_HALF);
  const low = (sinceMs - high * HIGH_HALF) * 1000;
  const carry = Math.floor(low / HIGH_HALF);
  view.setInt32(at, high * 1000 + carry);
  view.setUint32(at + 4, low - carry * HIGH_HALF);
}

/** The first instant of a UTC day, milliseconds since the epoch, as `date`: days since 2000. */
export function putDay(view: DataView, at: number, valueMs: number): void {
  refuseOutside(valueMs, FIRST_INSTANT_MS, LAST_INSTANT_MS);
  putInteger(view, at, (valueMs - POSTGRES_EPOCH_MS) / DAY_MS);
}

export function putBoolean(view: DataView, at: number, value: boolean): void {
  view.setInt8(at, value ? 1 : 0);
}

export function putFloat(view: DataView, at: number, value: number): void {
  if (!(Math.abs(value) <= LARGEST_FLOAT)) throw new RangeError(`${value} is not a 32-bit number`);
  view.setFloat32(at, value);
}

export function putDouble(view: DataView, at: number, value: number): void {
  if (!Number.isFinite(value)) throw new RangeError(`${value} is not a number`);
  view.setFloat64(at, value);
}

const UUID_LENGTH = 36;
const BITS_PER_DIGIT = 4;
const DIGITS_PER_WORD = 8;
const DASH = 0x2d;

/** Parses a UUID to four 32-bit numbers. Throws `RangeError` for other text. */
export function uuidWords(uuid: string): readonly number[] {
  const words = [0, 0, 0, 0];
  let digits = 0;
  let wellFormed = uuid.length === UUID_LENGTH;
  // Parses digit by digit, which is faster than a regular expression: a batch contains tens of thousands of ids.
  for (let index = 0; index < UUID_LENGTH; index += 1) {
    const code = uuid.charCodeAt(index);
    if (index === 8 || index === 13 || index === 18 || index === 23) {
      wellFormed &&= code === DASH;
      continue;
    }
    const digit = hexDigit(code);
    wellFormed &&= digit >= 0;
    const word = Math.trunc(digits / DIGITS_PER_WORD);
    words[word] = ((words[word] ?? 0) << BITS_PER_DIGIT) | digit;
    digits += 1;
  }
  if (!wellFormed) throw new RangeError(`${JSON.stringify(uuid)} is not a UUID`);
  return words;
}

/** The value of an ASCII hexadecimal digit; -1 for another character. */
function hexDigit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}

export function putUuid(view: DataView, at: number, words: readonly number[]): void {
  for (let index = 0; index < 4; index += 1) view.setUint32(at + index * 4, words[index] ?? 0);
}

function refuseOutside(value: number, least: number, largest: number): void {
  if (value >= least && value <= largest && Number.isInteger(value)) return;
  throw new RangeError(`${value} is not a whole number from ${least} to ${largest}`);
}
