/** The broker and the database a bench runs on, durable as in production, and how an app is started beside them. */
import { randomUUID } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import pg from "pg";
import { stringify } from "yaml";
import type { Event } from "../../src/contract/events/event.ts";
import type { Database } from "../../src/core/database.ts";
import { loadConfiguration } from "../../src/services/configuration/load.ts";
import { postgresSettings } from "../../src/services/configuration/postgres-settings.ts";
import { openPostgres } from "../../src/services/postgres/database.ts";
import { type KafkaCluster, startKafka } from "../../test/harness/kafka/kafka.ts";
import { type PostgresServer, startPostgres } from "../../test/harness/postgres/postgres.ts";
import { type RunningSitewire, startSitewire } from "../../test/harness/sitewire.ts";
import { removeFolder, temporaryFolder } from "../../test/harness/temporary-folder.ts";
import { quietLog } from "../quiet-log.ts";

export interface BenchServers {
  readonly kafka: KafkaCluster;
  readonly postgres: PostgresServer;
  readonly topic: string;
  readonly environment: Readonly<Record<string, string>>;
  app(...args: string[]): RunningSitewire;
  /** Writes settings to a file; returns its path, for `--config`. */
  configuration(settings: object): string;
  sql(statement: string, values?: readonly unknown[]): Promise<readonly Record<string, unknown>[]>;
  /** Into the outbox, as any application does. */
  insertEvents(events: readonly Event[]): Promise<void>;
  stop(): Promise<void>;
}

export const PARTITIONS = 4;

/** A fresh broker and a fresh, migrated database whose commits wait for the disk. */
export async function startBenchServers(): Promise<BenchServers> {
  const [kafka, postgres, folder] = await Promise.all([
    startKafka(),
    startPostgres({
      durable: true,
      settings: { shared_buffers: "512MB", max_wal_size: "4GB", track_commit_timestamp: "on" },
    }),
    temporaryFolder("bench"),
  ]);
  const prefix = `bench-${randomUUID().slice(0, 8)}`;
  const environment = {
    DATABASE_URL: postgres.url,
    KAFKA_BROKERS: kafka.brokers,
    KAFKA_TOPIC_PREFIX: prefix,
    KAFKA_GROUP: prefix,
    KAFKA_PARTITIONS: String(PARTITIONS),
    LOG_LEVEL: "warn",
    ...profiling(),
  };
  const apps: RunningSitewire[] = [];
  const app = (...args: string[]): RunningSitewire => {
    const started = startSitewire(args, { folder, environment });
    apps.push(started);
    return started;
  };
  const client = new pg.Client({ connectionString: postgres.url });
  await client.connect();
  await app("migrate").ended;
  const decoder = new TextDecoder();
  return {
    kafka,
    postgres,
    topic: `${prefix}.checks`,
    environment,
    app,
    configuration(settings) {
      const file = path.join(folder, `${randomUUID()}.yaml`);
      writeFileSync(file, stringify(settings));
      return file;
    },
    async insertEvents(events) {
      await client.query(
        `INSERT INTO outbox (topic_name, message_key, headers, payload)
         SELECT * FROM unnest($1::text[], $2::text[], $3::jsonb[], $4::text[])`,
        [
          events.map((event) => event.topic),
          events.map((event) => event.key),
          events.map((event) => JSON.stringify(event.headers)),
          events.map((event) => (event.value === null ? null : decoder.decode(event.value))),
        ],
      );
    },
    async sql(statement, values = []) {
      const { rows } = await client.query<Record<string, unknown>>(statement, [...values]);
      return rows;
    },
    async stop() {
      await Promise.all(apps.map((each) => each.stop("SIGKILL")));
      await client.end();
      await Promise.all([kafka.stop(), postgres.stop()]);
      await removeFolder(folder);
    },
  };
}

/** With BENCH_PROFILE=FOLDER every app leaves a processor profile there (node --cpu-prof). */
function profiling(): Readonly<Record<string, string>> {
  const folder = process.env.BENCH_PROFILE;
  return folder === undefined ? {} : { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${path.resolve(folder)}` };
}

/** The database as our own services see it. */
export async function openBenchDatabase({ environment }: BenchServers): Promise<Database> {
  const sources = { flags: {}, environment, workingDirectory: import.meta.dirname };
  const settings = postgresSettings(loadConfiguration(sources), {
    workingDirectory: import.meta.dirname,
    homeFolder: undefined,
  });
  if (settings === null) throw new Error("no database configured");
  return await openPostgres({ settings, log: quietLog });
}

/** Resident memory of a process in MiB, from Linux's /proc; 0 elsewhere or once it has ended. */
export function residentMiB(pid: number): number {
  try {
    const match = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
    return Number(match?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

/** Processor seconds a process has used, from Linux's /proc (clock ticks are 1/100 s); 0 elsewhere. */
export function processorSeconds(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /, "")
      .split(" ");
    return (Number(fields[11]) + Number(fields[12])) / 100;
  } catch {
    return 0;
  }
}
