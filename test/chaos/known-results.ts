// Results that follow from seed, site and sequence number alone: whoever knows the three knows what must be in the
// database, to the last column.
import { v5 as uuidVersion5 } from "uuid";
import type { CheckResult } from "../../src/contract/checks/check-result.ts";
import { seededRandom } from "./random.ts";

const NAMESPACE = "0f4d3c1a-93a5-4a57-8a3b-3b0f3c1f7d52";
const INTERVAL_MS = 20_000;
export const LOAD_LOCATION = "load";
/** Of rows whose transaction is rolled back: nobody may ever see it. */
export const ROLLED_BACK_LOCATION = "rolled-back";

export interface KnownSite {
  readonly id: string;
  readonly number: number;
}

export function knownSites(seed: number, count: number): readonly KnownSite[] {
  return Array.from({ length: count }, (_, number) => ({
    id: uuidVersion5(`${seed}/${number}`, NAMESPACE),
    number,
  }));
}

/** @param firstSlotMs of sequence 0, milliseconds since the epoch; each next one is 20 s later. */
export function knownResult(
  seed: number,
  site: KnownSite,
  sequence: number,
  firstSlotMs: number,
): CheckResult {
  const random = seededRandom(seed, site.number, sequence);
  const slot = new Date(firstSlotMs + sequence * INTERVAL_MS).toISOString();
  const verdict = random.oneOf(["up", "up", "up", "up", "up", "degraded", "down", "down"] as const);
  const answered = verdict !== "down" || random.fraction() < 0.5;
  const responseTimeMs = answered ? Math.round(Math.exp(random.fraction() * 8) * 1000) / 1000 : null;
  return {
    siteId: site.id,
    location: LOAD_LOCATION,
    slot,
    url: `https://site-${site.number}.example/`,
    checkedAt: slot,
    verdict,
    statusCode: answered ? (verdict === "down" ? 500 : 200) : null,
    responseTimeMs,
    timings: null,
    regexpMatched: answered ? verdict !== "down" : null,
    error: verdict === "down" ? { code: "status_unexpected", message: `number ${sequence}` } : null,
    bytes: answered ? random.between(100, 100_000) : null,
    attempts: random.between(1, 3),
    certificateExpiresAt: null,
    remoteAddress: "192.0.2.1",
    intervalMs: INTERVAL_MS,
  };
}
