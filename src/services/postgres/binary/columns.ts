/**
 * Columns of values as one parameter each, for `unnest`: PostgreSQL arrays in their binary form, which costs neither
 * side the printing and parsing of numbers and times.
 */
import { DAY_MS } from "../../../contract/duration.ts";
import { HIGH_HALF, POSTGRES_EPOCH_MS } from "./binary-form.ts";

/** Object identifiers of element types; they are fixed for ever (PostgreSQL source, pg_type.dat). */
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

export function textColumn(values: readonly (string | null)[]): Uint8Array {
  const lengths = values.map((value) => (value === null ? 0 : Buffer.byteLength(value)));
  return column(
    OID.text,
    values,
    (index) => lengths[index] ?? 0,
    (buffer, at, value) => {
      buffer.write(value, at);
    },
  );
}

export function bytesColumn(values: readonly (Uint8Array | null)[]): Uint8Array {
  return column(
    OID.bytea,
    values,
    (index) => values[index]?.byteLength ?? 0,
    (buffer, at, value) => {
      buffer.set(value, at);
    },
  );
}

/** Lower- or upper-case UUIDs with their dashes. */
export function uuidColumn(values: readonly string[]): Uint8Array {
  return column(
    OID_UUID,
    values,
    () => 16,
    (buffer, at, value) => {
      buffer.write(value.replaceAll("-", ""), at, 16, "hex");
    },
  );
}

/** Milliseconds since the epoch. */
export function instantColumn(values: readonly (number | null)[]): Uint8Array {
  return column(
    OID_TIMESTAMPTZ,
    values,
    () => 8,
    (buffer, at, value) => {
      const microseconds = (value - POSTGRES_EPOCH_MS) * 1000;
      const high = Math.floor(microseconds / HIGH_HALF);
      buffer.writeInt32BE(high, at);
      buffer.writeUInt32BE(microseconds - high * HIGH_HALF, at + 4);
    },
  );
}

/** UTC days, by their first instant in milliseconds since the epoch. */
export function dayColumn(values: readonly number[]): Uint8Array {
  return column(
    OID_DATE,
    values,
    () => 4,
    (buffer, at, value) => {
      buffer.writeInt32BE((value - POSTGRES_EPOCH_MS) / DAY_MS, at);
    },
  );
}

export function booleanColumn(values: readonly (boolean | null)[]): Uint8Array {
  return column(
    OID.bool,
    values,
    () => 1,
    (buffer, at, value) => {
      buffer.writeUInt8(value ? 1 : 0, at);
    },
  );
}

export function smallIntegerColumn(values: readonly (number | null)[]): Uint8Array {
  return column(
    OID.int2,
    values,
    () => 2,
    (buffer, at, value) => {
      buffer.writeInt16BE(value, at);
    },
  );
}

export function integerColumn(values: readonly (number | null)[]): Uint8Array {
  return column(
    OID.int4,
    values,
    () => 4,
    (buffer, at, value) => {
      buffer.writeInt32BE(value, at);
    },
  );
}

export function bigIntegerColumn(values: readonly (bigint | number | null)[]): Uint8Array {
  return column(
    OID.int8,
    values,
    () => 8,
    (buffer, at, value) => {
      buffer.writeBigInt64BE(BigInt(value), at);
    },
  );
}

export function floatColumn(values: readonly (number | null)[]): Uint8Array {
  return column(
    OID.float4,
    values,
    () => 4,
    (buffer, at, value) => {
      buffer.writeFloatBE(value, at);
    },
  );
}

export function doubleColumn(values: readonly (number | null)[]): Uint8Array {
  return column(
    OID.float8,
    values,
    () => 8,
    (buffer, at, value) => {
      buffer.writeDoubleBE(value, at);
    },
  );
}

/** The binary form of a one-dimensional array (PostgreSQL source, array_recv). */
function column<T>(
  elementOid: number,
  values: readonly (T | null)[],
  byteLengthOf: (index: number) => number,
  write: (buffer: Buffer, at: number, value: T) => void,
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
    write(buffer, at + 4, value);
    at += 4 + length;
  }
  return buffer;
}
