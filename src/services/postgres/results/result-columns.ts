/** The columns of `check_results`, named once: what of a result each holds, and the forms in which it is written. */
import { RefusedError } from "../../../core/failures.ts";
import {
  bigIntegerColumn,
  booleanColumn,
  doubleColumn,
  instantColumn,
  integerColumn,
  smallIntegerColumn,
  textColumn,
  uuidColumn,
} from "../binary/columns.ts";
import type { CopyRows, RowRange } from "../binary/copy-rows.ts";
import type { PreparedResult } from "./prepared-result.ts";
import { detailsOf } from "./result-details.ts";

/** PostgreSQL's code for it: numeric_value_out_of_range. */
const OUT_OF_RANGE = "22003";

/** How a value of each type is read by `pg`. */
interface ReadTypes {
  readonly uuid: string;
  readonly text: string;
  readonly verdict: string;
  readonly jsonb: object;
  readonly boolean: boolean;
  readonly timestamptz: Date;
  readonly smallint: number;
  readonly integer: number;
  readonly bigint: bigint;
  readonly "double precision": number;
}

type Kind = keyof ReadTypes;

/** `Value` is what is written: instants as milliseconds since the epoch, enumerations and JSON as text. */
interface ResultColumn<ColumnKind extends Kind = Kind, Value = unknown> {
  readonly kind: ColumnKind;
  readonly of: (prepared: PreparedResult) => Value;
  /** The values of many results as one parameter, for `unnest`. */
  readonly parameter: (results: readonly PreparedResult[]) => Uint8Array;
  /** One result's value as the next field of a row for `COPY`. */
  readonly write: (rows: CopyRows, prepared: PreparedResult) => void;
}

/** Returns what makes a column of one kind: the ways to write it are given, `of` says what. */
function columnsOf<ColumnKind extends Kind, Widest>(
  kind: ColumnKind,
  encode: (values: readonly Widest[]) => Uint8Array,
  write: (rows: CopyRows, value: Widest) => void,
) {
  return <Value extends Widest>(
    of: (prepared: PreparedResult) => Value,
  ): ResultColumn<ColumnKind, Value> => ({
    kind,
    of,
    parameter: (results) => encode(results.map(of)),
    write: (rows, prepared) => write(rows, of(prepared)),
  });
}

const uuid = columnsOf("uuid", uuidColumn, (rows, value) => rows.uuid(value));
const text = columnsOf("text", textColumn, (rows, value) => rows.text(value));
const verdict = columnsOf("verdict", textColumn, (rows, value) => rows.text(value));
const json = columnsOf("jsonb", textColumn, (rows, value) => rows.json(value));
const boolean = columnsOf("boolean", booleanColumn, (rows, value) => rows.boolean(value));
const instant = columnsOf("timestamptz", instantColumn, (rows, value) => rows.instant(value));
const smallInteger = columnsOf("smallint", smallIntegerColumn, (rows, value) => rows.smallInteger(value));
const integer = columnsOf("integer", integerColumn, (rows, value) => rows.integer(value));
const bigInteger = columnsOf(
  "bigint",
  (values: readonly (number | null)[]) => bigIntegerColumn(values),
  (rows, value) => rows.bigInteger(value),
);
const double = columnsOf("double precision", doubleColumn, (rows, value) => rows.double(value));

const COLUMNS = {
  site_id: uuid(({ siteId }) => siteId),
  slot: instant(({ slotMs }) => slotMs),
  location: text(({ location }) => location),
  checked_at: instant(({ result }) => Date.parse(result.checkedAt)),
  verdict: verdict((prepared) => prepared.verdict),
  status_code: smallInteger(({ result }) => result.statusCode),
  attempts: integer(({ result }) => result.attempts),
  regexp_matched: boolean(({ result }) => result.regexpMatched),
  response_time_ms: double(({ responseTimeMs }) => responseTimeMs),
  dns_ms: double(({ result }) => result.timings?.dnsMs ?? null),
  connect_ms: double(({ result }) => result.timings?.connectMs ?? null),
  tls_ms: double(({ result }) => result.timings?.tlsMs ?? null),
  first_byte_ms: double(({ result }) => result.timings?.firstByteMs ?? null),
  download_ms: double(({ result }) => result.timings?.downloadMs ?? null),
  total_ms: double(({ result }) => result.timings?.totalMs ?? null),
  bytes: bigInteger(({ result }) => result.bytes),
  interval_ms: integer(({ result }) => result.intervalMs ?? null),
  url: text(({ result }) => result.url),
  error_code: text(({ result }) => result.error?.code ?? null),
  error_message: text(({ result }) => result.error?.message ?? null),
  remote_address: text(({ result }) => result.remoteAddress),
  protocol: text(({ result }) => result.protocol ?? null),
  certificate_expires_at: instant(({ result }) =>
    result.certificateExpiresAt === null ? null : Date.parse(result.certificateExpiresAt),
  ),
  details: json(({ result }) => detailsOf(result)),
};

type Columns = typeof COLUMNS;

/** A row of `check_results` as `pg` reads it. */
export type ResultRow = {
  readonly [Name in keyof Columns]: Columns[Name] extends ResultColumn<infer ColumnKind, infer Value>
    ? ReadTypes[ColumnKind] | (null extends Value ? null : never)
    : never;
};

const IN_ORDER: readonly ResultColumn[] = Object.values(COLUMNS);

export const RESULT_COLUMN_NAMES = Object.keys(COLUMNS).join(", ");

/** `unnest($1::uuid[], …)`: one parameter a column. */
export const RESULT_PARAMETERS = IN_ORDER.map(
  ({ kind }, index) => `$${index + 1}::${arrayTypeOf(kind)}[]`,
).join(", ");

/** The select list that turns what `unnest` gives into what the table takes. */
export const RESULT_SELECT_LIST = Object.entries<ResultColumn>(COLUMNS)
  .map(([name, { kind }]) => (arrayTypeOf(kind) === kind ? name : `${name}::${kind}`))
  .join(", ");

function arrayTypeOf(kind: Kind): string {
  return kind === "verdict" || kind === "jsonb" ? "text" : kind;
}

/** One parameter a column, for `unnest`. Throws `RefusedError` for a number that its column can't hold. */
export function resultColumns(results: readonly PreparedResult[]): readonly Uint8Array[] {
  return refusingOutOfRange(() => IN_ORDER.map(({ parameter }) => parameter(results)));
}

/** Appends a row for `COPY`, its fields in the order of the columns. Throws `RangeError` for a number that its column can't hold. */
export function writeResultRow(rows: CopyRows, prepared: PreparedResult): RowRange {
  const from = rows.end;
  rows.beginRow(IN_ORDER.length);
  for (const column of IN_ORDER) column.write(rows, prepared);
  return { from, to: rows.end };
}

/** Throws `RefusedError` where `encode` throws `RangeError`. */
export function refusingOutOfRange<T>(encode: () => T): T {
  try {
    return encode();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new RefusedError(OUT_OF_RANGE, `a number is too large for its column: ${error.message}`, {
      cause: error,
    });
  }
}
