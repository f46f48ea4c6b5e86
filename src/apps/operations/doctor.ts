/** Tries each configured thing. */

import { resolve } from "node:path";
import { topicsOf } from "../../contract/topics.ts";
import { type Finding, passed } from "../../core/diagnosis/finding.ts";
import { type KafkaApp, type KafkaNames, kafkaUseOf } from "../../core/diagnosis/kafka-use.ts";
import { postgresSettings } from "../../services/configuration/connections.ts";
import { diagnoseKafka } from "../../services/kafka/diagnosing/diagnose.ts";
import { diagnoseEmbedded } from "../../services/pglite/diagnose.ts";
import { diagnosePostgres } from "../../services/postgres/diagnosing/diagnose.ts";
import { configuredKafka } from "../wiring/event-log.ts";
import { type AppContext, type Invocation, startApp } from "../wiring/invocation.ts";

/**
 * One finding for each thing tried, database first; in Kafka the rights that `app` needs, or all apps where it is null.
 * Throws `UsageError` for a wrong configuration.
 */
export async function diagnose(invocation: Invocation, app: KafkaApp | null): Promise<readonly Finding[]> {
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
      ? Promise.resolve([{ name: "event log", ...passed("in the database (no Kafka configured)") }])
      : diagnoseKafka(kafka, kafkaUseOf(app, kafkaNames(context)));
  return (await Promise.all([database, log])).flat();
}

function kafkaNames({ configuration: { kafka } }: AppContext): KafkaNames {
  const { checks, checksDead } = topicsOf(kafka.topicPrefix);
  const original = kafka.readOriginal ? kafka.originalTopic : null;
  return { checks, checksDead, original, group: kafka.group };
}
