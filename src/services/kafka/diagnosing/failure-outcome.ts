/** Turns an error of a step into a failed outcome. */
import { failed, type Outcome } from "../../../core/diagnosis/finding.ts";
import type { Cluster } from "../connecting/cluster.ts";

export function failureOf(error: unknown, cluster: Cluster): Outcome {
  const { cause, fix } = cluster.diagnose(error);
  return failed(cause, fix);
}
