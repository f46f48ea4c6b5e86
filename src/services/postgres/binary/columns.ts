/**
 * Encodes a column of values as one array parameter for `unnest`, in PostgreSQL's binary format. This avoids formatting
 * and parsing numbers and times as text.
 */
import {
  BIG_INTEGER_BYTES,
  INTEGER_BYTES,
  putBigInteger,
  putBoolean,
  putDay,
  putDouble,
  putFloat,
  putInstant,
  putInteger,
  putSmallInteger,
  putUuid,
  SMALL_INTEGER_BYTES,
  UUID_BYTES,
  uuidWords,
} from "./values.ts";

/** Object identifiers of element types. They never change (PostgreSQL source, pg_type.dat). */
const OID = {
  bool: 16,
  bytea: 17,
  int8: 20,
  int2: 21,
  int4: 23,
  text: 25,
  float4: 700,
  float8: 701,
} as const;
const OID_DATE = 1082;
const OID_TIMESTAMPTZ = 1184;
const OID_UUID = 2950;

const HEADER_BYTES = 20;

/** Two views of the same bytes: one for writing text, one for writing numbers. */
interface Target {
  readonly buffer: Buffer;
  readonly view: DataView;
}

export function textColumn(values: readonly (string | null)[]): Uint8Array {
  const lengths = values.map((value) => (value === null ? 0 : Buffer.byteLength(value)));
  return column(
    OID.text,
    values,
    (index) => lengths[index] ?? 0,
    ({ buffer }, at, value) => {
      buffer.write(value, at);
    },
  );
}

export function bytesColumn(values: readonly (Uint8Array | null)[]): Uint8Array {
  return column(
    OID.bytea,
    values,
    (index) => values[index]?.byteLength ?? 0,
    ({ buffer }, at, value) => {
      buffer.set(value, at);
    },
  );
}

/** Encodes UUIDs with dashes, in lower or upper case. Like the functions below, throws `RangeError` for other values. */
export function uuidColumn(values: readonly string[]): Uint8Array {
  return fixedColumn(OID_UUID, UUID_BYTES, values, (view, at, value) => putUuid(view, at, uuidWords(value)));
}

/** Milliseconds since the epoch. */
export function instantColumn(values: readonly (number | null)[]): Uint8Array {
  return fixedColumn(OID_TIMESTAMPTZ, BIG_INTEGER_BYTES, values, putInstant);
}

/** Encodes UTC days, given by their first instant in milliseconds since the epoch. */
export function dayColumn(values: readonly number[]): Uint8Array {
  return fixedColumn(OID_DATE, INTEGER_BYTES, values, putDay);
}

export function booleanColumn(values: readonly (boolean | null)[]): Uint8Array {
  return fixedColumn(OID.bool, 1, values, putBoolean);
}

export function smallIntegerColumn(values: readonly (number | null)[]): Uint8Array {
  return fixedColumn(OID.int2, SMALL_INTEGER_BYTES, values, putSmallInteger);
}

export function integerColumn(values: readonly (number | null)[]): Uint8Array {
  return fixedColumn(OID.int4, INTEGER_BYTES, values, putInteger);
}

export function bigIntegerColumn(values: readonly (bigint | number | null)[]): Uint8Array {
  return fixedColumn(OID.int8, BIG_INTEGER_BYTES, values, putBigInteger);
}

export function floatColumn(values: readonly (number | null)[]): Uint8Array {
  return fixedColumn(OID.float4, INTEGER_BYTES, values, putFloat);
}

export function doubleColumn(values: readonly (number | null)[]): Uint8Array {
  return fixedColumn(OID.float8, BIG_INTEGER_BYTES, values, putDouble);
}

function fixedColumn<T>(
  elementOid: number,
  sizeBytes: number,
  values: readonly (T | null)[],
  put: (view: DataView, at: number, value: T) => void,
): Uint8Array {
  return column(
    elementOid,
    values,
    () => sizeBytes,
    ({ view }, at, value) => put(view, at, value),
  );
}

/** The binary form of a one-dimensional array (PostgreSQL source, array_recv). */
function column<T>(
  elementOid: number,
  values: readonly (T | null)[],
  byteLengthOf: (index: number) => number,
  write: (target: Target, at: number, value: T) => void,
): Uint8Array {
  let sizeBytes = HEADER_BYTES;
  let hasNull = 0;
  for (let index = 0; index < values.length; index += 1) {
    sizeBytes += 4;
    if (values[index] === null) hasNull = 1;
    else sizeBytes += byteLengthOf(index);
  }
  const buffer = Buffer.allocUnsafe(values.length === 0 ? 12 : sizeBytes);
  buffer.writeInt32BE(values.length === 0 ? 0 : 1, 0);
  buffer.writeInt32BE(hasNull, 4);
  buffer.writeInt32BE(elementOid, 8);
  if (values.length === 0) return buffer;
  const target = { buffer, view: new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength) };
  buffer.writeInt32BE(values.length, 12);
  buffer.writeInt32BE(1, 16);
  let at = HEADER_BYTES;
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index];
    if (value === null || value === undefined) {
      buffer.writeInt32BE(-1, at);
      at += 4;
      continue;
    }
    const length = byteLengthOf(index);
    buffer.writeInt32BE(length, at);
    write(target, at + 4, value);
    at += 4 + length;
  }
  return buffer;
}
