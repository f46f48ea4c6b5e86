/** Collects the evidence of a step from the recorded results of its slots. */

import type { IncidentEvidence } from "../../../contract/alerting/incident-evidence.ts";
import type { CheckResult } from "../../../contract/checks/check-result.ts";
import { incidentEvidence } from "../../../core/incidents/evidence.ts";
import { likenessKeys } from "../../../core/incidents/likeness.ts";
import type { CausedTransition } from "../../../core/incidents/site-incidents.ts";
import { instantColumn } from "../binary/columns.ts";
import type { Sql } from "../connecting/sql.ts";
import { resultOfRow } from "../reports/result-row.ts";
import { RESULT_COLUMN_NAMES, type ResultRow } from "../results/result-columns.ts";
import type { ConcernedSite } from "./concerned-sites.ts";

/** Reads slot by slot, as the key of the table begins with the slot. */
const RESULTS = `
  SELECT ${RESULT_COLUMN_NAMES} FROM check_results
  WHERE slot = ANY ($2::timestamptz[]) AND site_id = $1 ORDER BY slot, location`;

export interface StepEvidence {
  /** Null when the results were dropped by retention. */
  readonly evidence: IncidentEvidence | null;
  /** Of an opening (src/core/incidents/likeness.ts); empty for other steps. */
  readonly likeness: readonly string[];
}

/** Slots before a failure in which its address is looked for. */
const SLOTS_BEFORE = 2;

/**
 * Returns the evidence of an opening from its first failed slot, of a recovery from its first good one, and of a
 * worsening from its first down slot.
 */
export async function stepEvidence(
  sql: Sql,
  { transition, round }: CausedTransition,
  { siteId, url, policy }: ConcernedSite,
): Promise<StepEvidence> {
  const slotMs = slotOfEvidence(transition, round.intervalMs * (policy.openAfterSlots - 1));
  const isOpening = transition.kind === "opened";
  const beforeMs = Array.from(
    { length: SLOTS_BEFORE },
    (_, index) => slotMs - (index + 1) * round.intervalMs,
  );
  const slots = new Set([slotMs, round.slotMs, ...(isOpening ? beforeMs : [])]);
  const rows = await sql.rows<ResultRow>(RESULTS, [siteId, instantColumn([...slots])]);
  const results: readonly CheckResult[] = rows.map(resultOfRow);
  const at = ({ slot }: CheckResult): number => Date.parse(slot);
  const ofSlot = results.filter((result) => at(result) === slotMs);
  const confirming = results.filter((result) => at(result) === round.slotMs && round.slotMs !== slotMs);
  const outcomes = slotMs === round.slotMs ? round.outcomes : {};
  return {
    evidence: incidentEvidence({ results: ofSlot, outcomes }, confirming),
    likeness: isOpening ? likenessOf(url, ofSlot, results) : [],
  };
}

function likenessOf(
  url: string,
  ofSlot: readonly CheckResult[],
  nearby: readonly CheckResult[],
): readonly string[] {
  const cause = worstOf(ofSlot);
  if (cause === undefined) return [];
  const { error, statusCode, remoteAddress, certificateChain, location } = cause;
  const earlier = nearby.findLast((result) => result.remoteAddress !== null && result.location === location);
  return likenessKeys({
    url,
    errorCode: error?.code ?? null,
    statusCode,
    remoteAddress: remoteAddress ?? earlier?.remoteAddress ?? null,
    certificateChain,
  });
}

/** The same result that names the incident's cause (write-transitions.ts). */
function worstOf(results: readonly CheckResult[]): CheckResult | undefined {
  return (
    results.find(({ verdict }) => verdict === "down") ?? results.find(({ verdict }) => verdict === "degraded")
  );
}

function slotOfEvidence(transition: CausedTransition["transition"], toFirstDownMs: number): number {
  switch (transition.kind) {
    case "opened":
      return transition.sinceMs;
    case "worsened":
      return transition.slotMs - toFirstDownMs;
    case "resolved":
      return transition.goodSinceMs;
    default:
      return transition satisfies never;
  }
}
