/** Diagnoses the configured database and event log, the server and the notifier. */
import type { Finding } from "../../../core/diagnosis/finding.ts";
import type { KafkaApp } from "../../../core/diagnosis/kafka-use.ts";
import type { Trials } from "../../wiring/diagnosing/trials.ts";

/**
 * Returns one finding per step, database first. For Kafka it tests the permissions that `app` needs, or those of all
 * apps when `app` is null.
 */
export async function diagnose(
  { trials }: { readonly trials: Trials },
  { app }: { readonly app: KafkaApp | null },
): Promise<readonly Finding[]> {
  // An app that is named here is not the server and not the notifier.
  const found = (await Promise.all([trials.database(), trials.eventLog(app)])).flat();
  return app === null ? [...found, ...(await trials.faces())] : found;
}
