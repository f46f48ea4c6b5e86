/** Things tried one after the other, each of which makes sense only when those before it went well. */
import { type Finding, type Outcome, skipped } from "./finding.ts";

export interface Step {
  readonly name: string;
  readonly attempt: () => Promise<Outcome>;
}

/** One finding a step: what follows a failure is skipped and names it. Rejects as an attempt does. */
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
