/** Tries each configured thing. */
import type { Finding } from "../../core/diagnosis/finding.ts";
import type { KafkaApp } from "../../core/diagnosis/kafka-use.ts";
import type { Trials } from "../wiring/trials.ts";

/**
 * One finding for each thing tried, database first; in Kafka the rights that `app` needs, or all apps where it is
 * null.
 */
export async function diagnose(
  { trials }: { readonly trials: Trials },
  { app }: { readonly app: KafkaApp | null },
): Promise<readonly Finding[]> {
  return (await Promise.all([trials.database(), trials.eventLog(app)])).flat();
}
