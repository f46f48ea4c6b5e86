/** A check result as a row of `check_results`, and back. */
import { type CheckResult, checkResultSchema } from "../../contract/check-result.ts";
import {
  bigIntegerColumn,
  booleanColumn,
  doubleColumn,
  instantColumn,
  integerColumn,
  smallIntegerColumn,
  textColumn,
  uuidColumn,
} from "./columns.ts";

/** Column names with their SQL types, in the order of `resultColumns`. */
const COLUMNS = [
  ["site_id", "uuid"],
  ["slot", "timestamptz"],
  ["location", "text"],
  ["checked_at", "timestamptz"],
  ["verdict", "text"],
  ["status_code", "smallint"],
  ["attempts", "integer"],
  ["regexp_matched", "boolean"],
  ["response_time_ms", "double precision"],
  ["dns_ms", "double precision"],
  ["connect_ms", "double precision"],
  ["tls_ms", "double precision"],
  ["first_byte_ms", "double precision"],
  ["download_ms", "double precision"],
  ["total_ms", "double precision"],
  ["bytes", "bigint"],
  ["interval_ms", "integer"],
  ["url", "text"],
  ["error_code", "text"],
  ["error_message", "text"],
  ["remote_address", "text"],
  ["protocol", "text"],
  ["certificate_expires_at", "timestamptz"],
  ["details", "text"],
] as const;

export const RESULT_COLUMN_NAMES = COLUMNS.map(([name]) => name).join(", ");

/** `unnest($1::uuid[], …)`: one parameter a column. */
export const RESULT_PARAMETERS = COLUMNS.map(([, type], index) => `$${index + 1}::${type}[]`).join(", ");

/** The select list that turns what `unnest` gives into what the table takes. */
export const RESULT_SELECT_LIST = COLUMNS.map(([name]) =>
  name === "verdict" ? "verdict::verdict" : name === "details" ? "details::jsonb" : name,
).join(", ");

export function resultColumns(results: readonly CheckResult[]): readonly Uint8Array[] {
  return [
    uuidColumn(results.map(({ siteId }) => siteId)),
    instantColumn(results.map(({ slot }) => Date.parse(slot))),
    textColumn(results.map(({ location }) => location)),
    instantColumn(results.map(({ checkedAt }) => Date.parse(checkedAt))),
    textColumn(results.map(({ verdict }) => verdict)),
    smallIntegerColumn(results.map(({ statusCode }) => statusCode)),
    integerColumn(results.map(({ attempts }) => attempts)),
    booleanColumn(results.map(({ regexpMatched }) => regexpMatched)),
    doubleColumn(results.map(({ responseTimeMs }) => responseTimeMs)),
    doubleColumn(results.map(({ timings }) => timings?.dnsMs ?? null)),
    doubleColumn(results.map(({ timings }) => timings?.connectMs ?? null)),
    doubleColumn(results.map(({ timings }) => timings?.tlsMs ?? null)),
    doubleColumn(results.map(({ timings }) => timings?.firstByteMs ?? null)),
    doubleColumn(results.map(({ timings }) => timings?.downloadMs ?? null)),
    doubleColumn(results.map(({ timings }) => timings?.totalMs ?? null)),
    bigIntegerColumn(results.map(({ bytes }) => bytes)),
    integerColumn(results.map(({ intervalMs }) => intervalMs ?? null)),
    textColumn(results.map(({ url }) => url)),
    textColumn(results.map(({ error }) => error?.code ?? null)),
    textColumn(results.map(({ error }) => error?.message ?? null)),
    textColumn(results.map(({ remoteAddress }) => remoteAddress)),
    textColumn(results.map(({ protocol }) => protocol ?? null)),
    instantColumn(
      results.map(({ certificateExpiresAt }) =>
        certificateExpiresAt === null ? null : Date.parse(certificateExpiresAt),
      ),
    ),
    textColumn(results.map(detailsOf)),
  ];
}

/** What few results have, kept as JSON; null where there is nothing of it. */
function detailsOf(result: CheckResult): string | null {
  const { siteName, tlsVerified, bodyTruncated, failedAssertions, failedAttempts } = result;
  const details = { siteName, tlsVerified, bodyTruncated, failedAssertions, failedAttempts };
  const present = Object.entries(details).filter(([, value]) => value != null);
  return present.length === 0 ? null : JSON.stringify(Object.fromEntries(present));
}

export type ResultRow = {
  readonly site_id: string;
  readonly slot: Date;
  readonly location: string;
  readonly checked_at: Date;
  readonly verdict: string;
  readonly status_code: number | null;
  readonly attempts: number;
  readonly regexp_matched: boolean | null;
  readonly response_time_ms: number | null;
  readonly dns_ms: number | null;
  readonly connect_ms: number | null;
  readonly tls_ms: number | null;
  readonly first_byte_ms: number | null;
  readonly download_ms: number | null;
  readonly total_ms: number | null;
  readonly bytes: bigint | null;
  readonly interval_ms: number | null;
  readonly url: string;
  readonly error_code: string | null;
  readonly error_message: string | null;
  readonly remote_address: string | null;
  readonly protocol: string | null;
  readonly certificate_expires_at: Date | null;
  readonly details: object | null;
};

/** Throws `z.ZodError` where a row holds what no result has. */
export function resultOfRow(row: ResultRow): CheckResult {
  return checkResultSchema.parse({
    siteId: row.site_id,
    location: row.location,
    slot: row.slot.toISOString(),
    url: row.url,
    checkedAt: row.checked_at.toISOString(),
    verdict: row.verdict,
    statusCode: row.status_code,
    responseTimeMs: row.response_time_ms,
    timings:
      row.total_ms === null
        ? null
        : {
            dnsMs: row.dns_ms,
            connectMs: row.connect_ms,
            tlsMs: row.tls_ms,
            firstByteMs: row.first_byte_ms,
            downloadMs: row.download_ms,
            totalMs: row.total_ms,
          },
    regexpMatched: row.regexp_matched,
    error: row.error_code === null ? null : { code: row.error_code, message: row.error_message ?? "" },
    bytes: row.bytes === null ? null : Number(row.bytes),
    attempts: row.attempts,
    certificateExpiresAt: row.certificate_expires_at?.toISOString() ?? null,
    remoteAddress: row.remote_address,
    ...(row.protocol === null ? {} : { protocol: row.protocol }),
    ...(row.interval_ms === null ? {} : { intervalMs: row.interval_ms }),
    ...row.details,
  });
}
