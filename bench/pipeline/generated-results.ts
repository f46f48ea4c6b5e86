/** Results as a fleet of monitors makes them: so many sites, each at consecutive slots. */
import type { CheckResult } from "../../src/contract/checks/check-result.ts";
import { defineSite, type Site } from "../../src/contract/checks/site.ts";

const INTERVAL_MS = 60_000;

export function generatedSites(count: number): readonly Site[] {
  return Array.from({ length: count }, (_, index) =>
    defineSite({ url: `https://site-${index}.example/`, intervalMs: INTERVAL_MS }),
  );
}

/** Slot by slot, every site in turn, so that rows arrive as they do in life. */
export function* generatedResults(
  sites: readonly Site[],
  slots: number,
  firstSlotMs: number,
): Generator<CheckResult> {
  for (let slot = 0; slot < slots; slot += 1) {
    for (const [index, site] of sites.entries()) {
      yield generatedResult(site, firstSlotMs + slot * INTERVAL_MS, (index * 31 + slot * 17) % 997);
    }
  }
}

/** `variation` from 0 to 996 decides the response time, and one in 997 is down. */
export function generatedResult(site: Site, slotMs: number, variation: number): CheckResult {
  const instant = new Date(slotMs).toISOString();
  const down = variation === 0;
  const firstByteMs = 20 + variation / 3;
  return {
    siteId: site.id,
    location: "bench",
    slot: instant,
    url: site.url,
    checkedAt: instant,
    intervalMs: site.intervalMs,
    verdict: down ? "down" : "up",
    statusCode: down ? 500 : 200,
    responseTimeMs: firstByteMs + 17.5,
    timings: { dnsMs: 1.5, connectMs: 4, tlsMs: 8, firstByteMs, downloadMs: 4, totalMs: firstByteMs + 17.5 },
    regexpMatched: !down,
    error: down ? { code: "status_unexpected", message: "status: expected 200-399, found 500" } : null,
    bytes: 10_240,
    attempts: down ? 3 : 1,
    certificateExpiresAt: "2027-06-01T00:00:00.000Z",
    remoteAddress: "192.0.2.17",
    protocol: "http/1.1",
  };
}
