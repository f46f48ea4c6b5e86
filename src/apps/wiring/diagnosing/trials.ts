/** Diagnoses the configured database and event log, the server and the notifier. */
import { resolve } from "node:path";
import { FailureError } from "../../../contract/errors.ts";
import { topicsOf } from "../../../contract/events/topics.ts";
import type { Database } from "../../../core/database.ts";
import { type Finding, passed } from "../../../core/diagnosis/finding.ts";
import { type KafkaApp, type KafkaNames, kafkaUseOf } from "../../../core/diagnosis/kafka-use.ts";
import { UnavailableError } from "../../../core/failures.ts";
import { postgresSettings } from "../../../services/configuration/postgres-settings.ts";
import { diagnoseEmbedded } from "../../../services/embedded-postgres/diagnose.ts";
import { diagnosePostgres } from "../../../services/postgres/diagnosing/diagnose.ts";
import { mayHoldSites } from "../databases.ts";
import { configuredKafka } from "../event-log/event-log.ts";
import { type AppContext, foldersOf } from "../invocation.ts";
import { withDatabase } from "../opening.ts";
import { tryNotifier } from "./notifier-trials.ts";
import { tryServer } from "./server-trials.ts";

export interface Trials {
  database(): Promise<readonly Finding[]>;
  /** Tests the permissions that `app` needs, or those of all apps when it is null. */
  eventLog(app: KafkaApp | null): Promise<readonly Finding[]>;
  /** What the server and the notifier need besides. */
  faces(): Promise<readonly Finding[]>;
}

/** Throws `UsageError` for a wrong configuration. */
export function createTrials(context: AppContext): Trials {
  const { configuration, invocation } = context;
  const postgres = postgresSettings(configuration, foldersOf(invocation));
  const kafka = configuredKafka(context);
  const folder = resolve(invocation.workingDirectory, configuration.dataFolder);
  return {
    database: async () =>
      postgres === null ? await diagnoseEmbedded({ folder }) : await diagnosePostgres(postgres),
    async eventLog(app) {
      if (kafka === null) return [{ name: "event log", ...passed("in the database (no Kafka configured)") }];
      const { diagnoseKafka } = await import("../../../services/kafka/diagnosing/diagnose.ts");
      return await diagnoseKafka(kafka, kafkaUseOf(app, kafkaNames(context)));
    },
    async faces() {
      const both = async (database: Database | null) => [
        ...(await tryServer(context, database)),
        ...(await tryNotifier(context, database)),
      ];
      if (!mayHoldSites(context)) return await both(null);
      try {
        return await withDatabase(context, ({ database }) => both(database));
      } catch (error) {
        // The database's own lines say what is wrong with it.
        if (error instanceof UnavailableError || error instanceof FailureError) return await both(null);
        throw error;
      }
    },
  };
}

function kafkaNames({ configuration: { kafka } }: AppContext): KafkaNames {
  const { checks, checksDead, incidents } = topicsOf(kafka.topicPrefix);
  const original = kafka.readOriginal ? kafka.originalTopic : null;
  return { checks, checksDead, incidents, original, group: kafka.group };
}
