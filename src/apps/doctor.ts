/** Tries each configured thing. */

import { resolve } from "node:path";
import type { Finding } from "../core/diagnosis/finding.ts";
import { postgresSettings } from "../services/configuration/connections.ts";
import { diagnoseKafka } from "../services/kafka/diagnose.ts";
import { diagnoseEmbedded } from "../services/pglite/diagnose.ts";
import { diagnosePostgres } from "../services/postgres/diagnose.ts";
import { configuredKafka, sitewireTopics } from "./event-log.ts";
import { type Invocation, startApp } from "./invocation.ts";

/** One finding for each thing tried, database first. Throws `UsageError` for a wrong configuration. */
export async function diagnose(invocation: Invocation): Promise<readonly Finding[]> {
  const context = startApp("doctor", invocation);
  const { configuration } = context;
  const postgres = postgresSettings(configuration, invocation.workingDirectory);
  const kafka = configuredKafka(context);
  const database =
    postgres === null
      ? diagnoseEmbedded({ folder: resolve(invocation.workingDirectory, configuration.dataFolder) })
      : diagnosePostgres(postgres);
  const log =
    kafka === null
      ? Promise.resolve([
          { name: "event log", ok: true, detail: "in the database (no Kafka configured)", fix: null },
        ])
      : diagnoseKafka(kafka, sitewireTopics(context));
  return (await Promise.all([database, log])).flat();
}
