// Both ways into PostgreSQL, arrays and COPY, at the ends of what each type holds.

import { pipeline } from "node:stream/promises";
import pg from "pg";
import { from as copyFrom } from "pg-copy-streams";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  bigIntegerColumn,
  booleanColumn,
  doubleColumn,
  floatColumn,
  instantColumn,
  integerColumn,
  smallIntegerColumn,
  uuidColumn,
} from "../../../../src/services/postgres/binary/columns.ts";
import { CopyRows } from "../../../../src/services/postgres/binary/copy-rows.ts";
import type { TestDatabase } from "../../../harness/postgres/postgres-database.ts";
import { sharedPostgres } from "../../../harness/shared.ts";

let server: TestDatabase;
let client: pg.Client;

beforeAll(async () => {
  server = await sharedPostgres().createDatabase();
  client = new pg.Client({ connectionString: server.url });
  await client.connect();
  await client.query("SET TimeZone = 'UTC'; SET extra_float_digits = 1");
});

afterAll(async () => {
  await client.end();
  await server.drop();
});

const LAST_UUID = "ffffffff-ffff-ffff-ffff-ffffffffffff";
const at = (instant: string) => Date.parse(instant);

interface Type<T> {
  readonly name: string;
  readonly column: (values: readonly T[]) => Uint8Array;
  readonly field: ((rows: CopyRows, value: T) => void) | null;
  /** Values, and how PostgreSQL writes them. */
  readonly held: readonly (readonly [T, string])[];
  readonly refused: readonly T[];
}

function type<T>(given: Type<T>): Type<T> {
  return given;
}

const numbers = [
  type<number>({
    name: "smallint",
    column: smallIntegerColumn,
    field: (rows, value) => rows.smallInteger(value),
    held: [
      [-32_768, "-32768"],
      [0, "0"],
      [32_767, "32767"],
    ],
    refused: [-32_769, 32_768, 1.5, Number.NaN],
  }),
  type<number>({
    name: "integer",
    column: integerColumn,
    field: (rows, value) => rows.integer(value),
    held: [
      [-(2 ** 31), "-2147483648"],
      [2 ** 31 - 1, "2147483647"],
    ],
    refused: [-(2 ** 31) - 1, 2 ** 31, Number.POSITIVE_INFINITY],
  }),
  type<number>({
    name: "bigint",
    column: bigIntegerColumn,
    field: (rows, value) => rows.bigInteger(value),
    held: [
      [Number.MIN_SAFE_INTEGER, "-9007199254740991"],
      [-1, "-1"],
      [Number.MAX_SAFE_INTEGER, "9007199254740991"],
    ],
    refused: [2 ** 53, -(2 ** 53), 0.1],
  }),
  type<number>({
    name: "real",
    column: floatColumn,
    field: null,
    held: [
      [3.4028234663852886e38, "3.4028235e+38"],
      [-0.5, "-0.5"],
    ],
    refused: [3.5e38, Number.NaN],
  }),
  type<number>({
    name: "double precision",
    column: doubleColumn,
    field: (rows, value) => rows.double(value),
    held: [
      [Number.MAX_VALUE, "1.7976931348623157e+308"],
      [5e-324, "5e-324"],
    ],
    refused: [Number.POSITIVE_INFINITY, Number.NaN],
  }),
  type<number>({
    name: "timestamptz",
    column: instantColumn,
    field: (rows, value) => rows.instant(value),
    held: [
      [at("-004712-01-01T00:00:00.000Z"), "4713-01-01 00:00:00+00 BC"],
      [at("0001-01-01T00:00:00.000Z"), "0001-01-01 00:00:00+00"],
      [at("1999-12-31T23:59:59.999Z"), "1999-12-31 23:59:59.999+00"],
      [at("2285-06-05T23:47:34.741Z"), "2285-06-05 23:47:34.741+00"],
      [at("9999-12-31T23:59:59.999Z"), "9999-12-31 23:59:59.999+00"],
      [8_640_000_000_000_000, "275760-09-13 00:00:00+00"],
    ],
    refused: [Number.NaN, -8_640_000_000_000_000, 8_640_000_000_000_001],
  }),
];

describe.each(numbers)("$name", ({ name, column, field, held, refused }) => {
  test("is held exactly to both ends of its range, by array and by COPY", async () => {
    const values = held.map(([value]) => value);
    const expected = held.map(([, text]) => text);
    const { rows } = await client.query(`SELECT value::text FROM unnest($1::${name}[]) AS value`, [
      column(values),
    ]);
    expect(rows.map(({ value }) => value)).toEqual(expected);
    if (field === null) return;
    expect(await copied(name, values, field)).toEqual(expected);
  });

  test("is refused beyond, by array and by COPY", () => {
    for (const value of refused) {
      expect(() => column([value]), String(value)).toThrow(RangeError);
      if (field !== null) expect(() => field(new CopyRows(), value), String(value)).toThrow(RangeError);
    }
  });
});

test("UUIDs and booleans come through both ways, and a text that is no UUID through neither", async () => {
  const uuids = [LAST_UUID, "00000000-0000-0000-0000-000000000000", "8D3A1C52-6A0E-4D0B-9B6F-5F1F6F0F3C11"];
  const expected = uuids.map((uuid) => uuid.toLowerCase());
  const { rows } = await client.query("SELECT value::text FROM unnest($1::uuid[]) AS value", [
    uuidColumn(uuids),
  ]);
  expect(rows.map(({ value }) => value)).toEqual(expected);
  expect(await copied("uuid", uuids, (copy, uuid) => copy.uuid(uuid))).toEqual(expected);
  const flags = await client.query("SELECT value FROM unnest($1::boolean[]) AS value", [
    booleanColumn([true, false, null]),
  ]);
  expect(flags.rows.map(({ value }) => value)).toEqual([true, false, null]);
  for (const bad of ["", "no", `${LAST_UUID}0`, LAST_UUID.replace("f", "g")]) {
    expect(() => uuidColumn([bad])).toThrow(RangeError);
    expect(() => new CopyRows().uuid(bad)).toThrow(RangeError);
  }
});

async function copied<T>(
  name: string,
  values: readonly T[],
  field: (rows: CopyRows, value: T) => void,
): Promise<unknown[]> {
  const rows = new CopyRows();
  const ranges = values.map((value) => {
    const from = rows.end;
    rows.beginRow(1);
    field(rows, value);
    return { from, to: rows.end };
  });
  await client.query(`CREATE TEMPORARY TABLE copied (number serial, value ${name})`);
  await pipeline(
    [rows.only(ranges)],
    client.query(copyFrom("COPY copied (value) FROM STDIN (FORMAT binary)")),
  );
  const found = await client.query("SELECT value::text FROM copied ORDER BY number");
  await client.query("DROP TABLE copied");
  return found.rows.map(({ value }) => value);
}
