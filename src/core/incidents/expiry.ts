/**
 * The steps of an expiry: 30, 14, 7 and 1 days before it, and when it has passed. Each is told once.
 *
 * | known             | expiry in                 | becomes                                         |
 * |-------------------|---------------------------|-------------------------------------------------|
 * | nothing           | at most 30 days           | an incident at the stage that has been reached  |
 * | incident, stage s | a stage below s           | the same incident, worsened to that stage       |
 * | incident          | renewed, or nobody checks | resolved                                        |
 */
import { DAY_MS } from "../../contract/duration.ts";

const EXPIRY_STAGES_DAYS = [30, 14, 7, 1, 0] as const;
export type ExpiryStage = (typeof EXPIRY_STAGES_DAYS)[number];

/** What expires: any certificate of a site's chain, or the registration of its domain. */
export const EXPIRY_KINDS = ["certificate", "domain"] as const;
export type ExpiryKind = (typeof EXPIRY_KINDS)[number];

export interface Expiry {
  readonly siteId: string;
  /** Milliseconds since the epoch. */
  readonly expiresAtMs: number;
}

export interface KnownExpiry extends Expiry {
  readonly incidentId: string;
  readonly stage: number;
}

export interface ExpiryStep {
  readonly expiry: Expiry;
  readonly stage: ExpiryStage;
  /** Null opens an incident. */
  readonly incidentId: string | null;
}

/** The last stage that has been reached; null more than 30 days before. */
export function expiryStage(expiresAtMs: number, nowMs: number): ExpiryStage | null {
  const leftMs = expiresAtMs - nowMs;
  return EXPIRY_STAGES_DAYS.findLast((days) => leftMs <= days * DAY_MS) ?? null;
}

/** The steps to take now. `known` are unresolved incidents of the same kind. */
export function expirySteps(
  expiries: readonly Expiry[],
  known: readonly KnownExpiry[],
  nowMs: number,
): readonly ExpiryStep[] {
  const incidents = new Map(known.map((each) => [keyOf(each), each]));
  return expiries.flatMap((expiry) => {
    const stage = expiryStage(expiry.expiresAtMs, nowMs);
    if (stage === null) return [];
    const incident = incidents.get(keyOf(expiry));
    if (incident !== undefined && incident.stage <= stage) return [];
    return [{ expiry, stage, incidentId: incident?.incidentId ?? null }];
  });
}

/** The incidents whose expiry is no longer the site's: it was renewed, or nobody checks the site any more. */
export function endedExpiries(
  known: readonly KnownExpiry[],
  current: ReadonlyMap<string, number | null>,
): readonly KnownExpiry[] {
  return known.filter(({ siteId, expiresAtMs }) => {
    const now = current.get(siteId);
    // Null: the site is checked, but its last results do not tell the expiry.
    return now === undefined || (now !== null && now !== expiresAtMs);
  });
}

const WHAT: Readonly<Record<ExpiryKind, string>> = {
  certificate: "a certificate of its chain",
  domain: "the registration of its domain",
};

export function expiryMessage(kind: ExpiryKind, expiresAtMs: number, nowMs: number): string {
  const date = new Date(expiresAtMs).toISOString().slice(0, 16).replace("T", " ");
  if (expiresAtMs <= nowMs) return `${WHAT[kind]} expired on ${date} UTC`;
  const days = Math.floor((expiresAtMs - nowMs) / DAY_MS);
  const left = days >= 2 ? `in ${days} days` : days === 1 ? "in 1 day" : "within a day";
  return `${WHAT[kind]} expires ${left}, on ${date} UTC`;
}

function keyOf({ siteId, expiresAtMs }: Expiry): string {
  return `${siteId} ${expiresAtMs}`;
}
