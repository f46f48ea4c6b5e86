/** A row of `check_results` as a result. */
import { type CheckResult, checkResultSchema } from "../../../contract/check-result.ts";

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
