/** What few results have, kept together as JSON in the column `details`. */
import type { CheckResult } from "../../../contract/checks/check-result.ts";

const DETAILS = [
  "siteName",
  "tlsVerified",
  "bodyTruncated",
  "failedExpectations",
  "failedAttempts",
  "certificateChain",
  "irregularities",
  "timingUncertaintyMs",
  "evidence",
] as const satisfies readonly (keyof CheckResult)[];

/** Null where the result has none of them. */
export function detailsOf(result: CheckResult): string | null {
  let details: Record<string, unknown> | null = null;
  for (const name of DETAILS) {
    const value = result[name];
    if (value == null) continue;
    details ??= {};
    details[name] = value;
  }
  return details === null ? null : JSON.stringify(details);
}
