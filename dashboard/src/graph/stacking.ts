/** The phases of the response time, each on top of the one before. */
import type { History } from "../../../src/contract/api/sites/results.ts";

/** In the order they happen. */
export const phaseNames = ["dns", "connect", "tls", "firstByte", "download"] as const;
export type PhaseName = (typeof phaseNames)[number];

export type Series = readonly (number | null)[];

/**
 * Upper edges of the phases' areas in milliseconds, the first phase lowest; parallel to the history's periods. A phase
 * that did not take place (no TLS on a plain connection) adds nothing. A period without any phase is a gap (null) in
 * all of them.
 */
export function stackPhases(phases: History["phases"]): Readonly<Record<PhaseName, Series>> {
  const length = phases.dns.length;
  const stacked: Record<PhaseName, (number | null)[]> = {
    dns: new Array(length).fill(null),
    connect: new Array(length).fill(null),
    tls: new Array(length).fill(null),
    firstByte: new Array(length).fill(null),
    download: new Array(length).fill(null),
  };
  for (let period = 0; period < length; period += 1) {
    if (phaseNames.every((name) => (phases[name][period] ?? null) === null)) continue;
    let sumMs = 0;
    for (const name of phaseNames) {
      sumMs += phases[name][period] ?? 0;
      stacked[name][period] = sumMs;
    }
  }
  return stacked;
}
