/** Collects the evidence of a step from the recorded results of its slots. */

import type { IncidentEvidence } from "../../../contract/alerting/incident-evidence.ts";
import type { CheckResult } from "../../../contract/check-result.ts";
import { incidentEvidence } from "../../../core/incidents/evidence.ts";
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

/**
 * Returns the evidence of an opening from its first failed slot, of a recovery from its first good one, and of a
 * worsening from its first down slot. Null when the results were dropped by retention.
 */
export async function stepEvidence(
  sql: Sql,
  { transition, round }: CausedTransition,
  { siteId, policy }: ConcernedSite,
): Promise<IncidentEvidence | null> {
  const slotMs = slotOfEvidence(transition, round.intervalMs * (policy.openAfterSlots - 1));
  const rows = await sql.rows<ResultRow>(RESULTS, [
    siteId,
    instantColumn([...new Set([slotMs, round.slotMs])]),
  ]);
  const results: readonly CheckResult[] = rows.map(resultOfRow);
  const isOfSlot = ({ slot }: CheckResult): boolean => Date.parse(slot) === slotMs;
  const ofSlot = results.filter(isOfSlot);
  const others = results.filter((result) => !isOfSlot(result));
  const outcomes = slotMs === round.slotMs ? round.outcomes : {};
  return incidentEvidence({ results: ofSlot, outcomes }, others);
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
