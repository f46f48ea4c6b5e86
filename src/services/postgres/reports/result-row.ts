/** Converts a row of `check_results` to a result. */
import { type CheckResult, checkResultSchema } from "../../../contract/checks/check-result.ts";
import type { ResultRow } from "../results/result-columns.ts";

/** Throws `z.ZodError` when a row is not a valid result. */
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
