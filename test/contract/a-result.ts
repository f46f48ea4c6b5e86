/** Results for tests, with everything that a test doesn't care about filled in. */
import type { CheckResult } from "../../src/contract/checks/check-result.ts";
import { siteIdOf } from "../../src/contract/identity.ts";

export function aResult(given: Partial<CheckResult> = {}): CheckResult {
  const url = given.url ?? "https://example.org/";
  const slot = given.slot ?? "2026-11-24T12:00:00.000Z";
  return {
    siteId: siteIdOf({ url }),
    location: "local",
    slot,
    url,
    checkedAt: slot,
    verdict: "up",
    statusCode: 200,
    responseTimeMs: 123.4,
    timings: { dnsMs: 1, connectMs: 2.4, tlsMs: 20, firstByteMs: 90, downloadMs: 10, totalMs: 123.4 },
    regexpMatched: true,
    error: null,
    bytes: 1256,
    attempts: 1,
    certificateExpiresAt: "2027-01-01T00:00:00.000Z",
    remoteAddress: "192.0.2.1",
    ...given,
  };
}
