/** Runs diagnostic steps in order; each depends on the ones before it. */
import { type Finding, type Outcome, skipped } from "./finding.ts";

export interface Step {
  readonly name: string;
  readonly attempt: () => Promise<Outcome>;
}

/** Returns one finding per step. Steps after a failed one are skipped and name it. Rejects when an attempt rejects. */
export async function inOrder(steps: readonly Step[]): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  let failedStep: string | null = null;
  for (const { name, attempt } of steps) {
    const outcome: Outcome = failedStep === null ? await attempt() : skipped(`"${failedStep}" failed`);
    findings.push({ name, ...outcome });
    if (outcome.status === "failed") failedStep = name;
  }
  return findings;
}
