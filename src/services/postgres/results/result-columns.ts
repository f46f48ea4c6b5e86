/** A check result as a row of `check_results`: as parameters for `unnest`, and as `COPY` takes it. */
import type { CheckResult } from "../../../contract/check-result.ts";
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

/** PostgreSQL's code for it: numeric_value_out_of_range. */
const OUT_OF_RANGE = "22003";

type ResultColumn = { readonly name: string } & (
  | { readonly kind: "uuid"; readonly of: (prepared: PreparedResult) => string }
  | { readonly kind: "text" | "verdict" | "jsonb"; readonly of: (prepared: PreparedResult) => string | null }
  | { readonly kind: "boolean"; readonly of: (prepared: PreparedResult) => boolean | null }
  | {
      readonly kind: "timestamptz" | "smallint" | "integer" | "bigint" | "double precision";
      readonly of: (prepared: PreparedResult) => number | null;
    }
);

const COLUMNS: readonly ResultColumn[] = [
  { name: "site_id", kind: "uuid", of: ({ siteId }) => siteId },
  { name: "slot", kind: "timestamptz", of: ({ slotMs }) => slotMs },
  { name: "location", kind: "text", of: ({ location }) => location },
  { name: "checked_at", kind: "timestamptz", of: ({ result }) => Date.parse(result.checkedAt) },
  { name: "verdict", kind: "verdict", of: ({ verdict }) => verdict },
  { name: "status_code", kind: "smallint", of: ({ result }) => result.statusCode },
  { name: "attempts", kind: "integer", of: ({ result }) => result.attempts },
  { name: "regexp_matched", kind: "boolean", of: ({ result }) => result.regexpMatched },
  { name: "response_time_ms", kind: "double precision", of: ({ responseTimeMs }) => responseTimeMs },
  { name: "dns_ms", kind: "double precision", of: ({ result }) => result.timings?.dnsMs ?? null },
  { name: "connect_ms", kind: "double precision", of: ({ result }) => result.timings?.connectMs ?? null },
  { name: "tls_ms", kind: "double precision", of: ({ result }) => result.timings?.tlsMs ?? null },
  {
    name: "first_byte_ms",
    kind: "double precision",
    of: ({ result }) => result.timings?.firstByteMs ?? null,
  },
  { name: "download_ms", kind: "double precision", of: ({ result }) => result.timings?.downloadMs ?? null },
  { name: "total_ms", kind: "double precision", of: ({ result }) => result.timings?.totalMs ?? null },
  { name: "bytes", kind: "bigint", of: ({ result }) => result.bytes },
  { name: "interval_ms", kind: "integer", of: ({ result }) => result.intervalMs ?? null },
  { name: "url", kind: "text", of: ({ result }) => result.url },
  { name: "error_code", kind: "text", of: ({ result }) => result.error?.code ?? null },
  { name: "error_message", kind: "text", of: ({ result }) => result.error?.message ?? null },
  { name: "remote_address", kind: "text", of: ({ result }) => result.remoteAddress },
  { name: "protocol", kind: "text", of: ({ result }) => result.protocol ?? null },
  {
    name: "certificate_expires_at",
    kind: "timestamptz",
    of: ({ result }) =>
      result.certificateExpiresAt === null ? null : Date.parse(result.certificateExpiresAt),
  },
  { name: "details", kind: "jsonb", of: ({ result }) => detailsOf(result) },
];

export const RESULT_COLUMN_NAMES = COLUMNS.map(({ name }) => name).join(", ");

/** `unnest($1::uuid[], …)`: one parameter a column. */
export const RESULT_PARAMETERS = COLUMNS.map(
  ({ kind }, index) => `$${index + 1}::${arrayTypeOf(kind)}[]`,
).join(", ");

/** The select list that turns what `unnest` gives into what the table takes. */
export const RESULT_SELECT_LIST = COLUMNS.map(({ name, kind }) =>
  arrayTypeOf(kind) === kind ? name : `${name}::${kind}`,
).join(", ");

function arrayTypeOf(kind: ResultColumn["kind"]): string {
  return kind === "verdict" || kind === "jsonb" ? "text" : kind;
}

/** One parameter a column, for `unnest`. Throws `RefusedError` for a number that its column can't hold. */
export function resultColumns(results: readonly PreparedResult[]): readonly Uint8Array[] {
  return refusingOutOfRange(() => COLUMNS.map((column) => parameterOf(column, results)));
}

function parameterOf(column: ResultColumn, results: readonly PreparedResult[]): Uint8Array {
  switch (column.kind) {
    case "uuid":
      return uuidColumn(results.map(column.of));
    case "text":
    case "verdict":
    case "jsonb":
      return textColumn(results.map(column.of));
    case "boolean":
      return booleanColumn(results.map(column.of));
    case "timestamptz":
      return instantColumn(results.map(column.of));
    case "smallint":
      return smallIntegerColumn(results.map(column.of));
    case "integer":
      return integerColumn(results.map(column.of));
    case "bigint":
      return bigIntegerColumn(results.map(column.of));
    case "double precision":
      return doubleColumn(results.map(column.of));
  }
}

/**
 * As a row for `COPY`, its fields in the order of the columns. Written out: one way for all columns would cost half as
 * much again. Throws `RangeError` for a number that its column can't hold.
 */
export function writeResultRow(rows: CopyRows, prepared: PreparedResult): RowRange {
  const { siteId, slotMs, location, verdict, responseTimeMs, result } = prepared;
  const from = rows.end;
  const { timings, certificateExpiresAt } = result;
  rows.beginRow(COLUMNS.length);
  rows.uuid(siteId);
  rows.instant(slotMs);
  rows.text(location);
  rows.instant(Date.parse(result.checkedAt));
  rows.text(verdict);
  rows.smallInteger(result.statusCode);
  rows.integer(result.attempts);
  rows.boolean(result.regexpMatched);
  rows.double(responseTimeMs);
  rows.double(timings?.dnsMs ?? null);
  rows.double(timings?.connectMs ?? null);
  rows.double(timings?.tlsMs ?? null);
  rows.double(timings?.firstByteMs ?? null);
  rows.double(timings?.downloadMs ?? null);
  rows.double(timings?.totalMs ?? null);
  rows.bigInteger(result.bytes);
  rows.integer(result.intervalMs ?? null);
  rows.text(result.url);
  rows.text(result.error?.code ?? null);
  rows.text(result.error?.message ?? null);
  rows.text(result.remoteAddress);
  rows.text(result.protocol ?? null);
  rows.instant(certificateExpiresAt === null ? null : Date.parse(certificateExpiresAt));
  rows.json(detailsOf(result));
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

/** What few results have, kept as JSON; null where there is nothing of it. */
function detailsOf({
  siteName,
  tlsVerified,
  bodyTruncated,
  failedExpectations,
  failedAttempts,
  certificateChain,
  irregularities,
  timingUncertaintyMs,
}: CheckResult): string | null {
  const details = {
    siteName,
    tlsVerified,
    bodyTruncated,
    failedExpectations,
    failedAttempts,
    certificateChain,
    irregularities,
    timingUncertaintyMs,
  };
  const present = Object.entries(details).filter(([, value]) => value != null);
  return present.length === 0 ? null : JSON.stringify(Object.fromEntries(present));
}
