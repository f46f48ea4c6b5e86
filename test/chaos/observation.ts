// What is there after a run: read with plain SQL, kcat and Kafka's administration, never through Sitewire's own services.
import { Admin } from "@platformatic/kafka";
import pg from "pg";
import { kcat } from "../harness/kafka/kcat.ts";

export interface OutboxEntry {
  readonly key: string;
  readonly identity: string;
  readonly published: boolean;
  readonly parked: boolean;
}

export interface RecordedResult {
  readonly identity: string;
  readonly siteId: string;
  readonly location: string;
  /** ISO 8601, UTC. */
  readonly slot: string;
  readonly verdict: "up" | "degraded" | "down";
  readonly statusCode: number | null;
  readonly responseTimeMs: number | null;
  readonly attempts: number;
  readonly bytes: number | null;
  readonly errorMessage: string | null;
}

export interface RollupRow {
  /** `siteId/location/start`, the start of the hour or the day in ISO 8601. */
  readonly period: string;
  readonly up: number;
  readonly degraded: number;
  readonly down: number;
  readonly responseTimeSumMs: number;
  /** How many results have a response time. */
  readonly responseTimes: number;
  /** The histogram as it is stored, in hexadecimal. */
  readonly latencies: string;
}

export interface TopicRecord {
  readonly partition: number;
  readonly offset: number;
  readonly key: string;
  readonly identity: string;
}

export interface PartitionOffsets {
  readonly partition: number;
  /** Null where the group has committed none. */
  readonly committed: number | null;
  readonly end: number;
}

export interface Observation {
  /** `siteId/sequence`, as the application's own table has them. */
  readonly written: readonly { readonly siteId: string; readonly sequence: number }[];
  /** By id. */
  readonly outbox: readonly OutboxEntry[];
  readonly results: readonly RecordedResult[];
  readonly hourly: readonly RollupRow[];
  readonly daily: readonly RollupRow[];
  /** Identity of the latest result, for each `siteId/location`. */
  readonly states: ReadonlyMap<string, string>;
  /** By partition and offset. */
  readonly records: readonly TopicRecord[];
  readonly deadLetters: number;
  readonly offsets: readonly PartitionOffsets[];
}

export interface Observed {
  readonly databaseUrl: string;
  readonly brokers: string;
  readonly topics: { readonly checks: string; readonly checksDead: string };
  readonly group: string;
}

const INSTANT = `'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'`;
const UTC_SLOT = `to_char(slot AT TIME ZONE 'UTC', ${INSTANT})`;

export async function observe(observed: Observed): Promise<Observation> {
  const client = new pg.Client({ connectionString: observed.databaseUrl, application_name: "observer" });
  await client.connect();
  try {
    const rows = async <T extends pg.QueryResultRow>(
      statement: string,
      values: readonly string[] = [],
    ): Promise<T[]> => (await client.query<T>(statement, [...values])).rows;
    const states = await rows<{ series: string; identity: string }>(
      `SELECT site_id || '/' || location AS series, site_id || '/' || location || '/' || ${UTC_SLOT} AS identity
       FROM site_state`,
    );
    return {
      written: await rows(
        `SELECT site_id AS "siteId", sequence FROM load.written ORDER BY site_id, sequence`,
      ),
      outbox: await rows(
        `SELECT message_key AS key, headers->>'ce_id' AS identity, published, parked_at IS NOT NULL AS parked
         FROM outbox WHERE topic_name = $1 ORDER BY id`,
        [observed.topics.checks],
      ),
      results: await rows(
        `SELECT site_id || '/' || location || '/' || ${UTC_SLOT} AS identity, site_id AS "siteId", location,
           ${UTC_SLOT} AS slot, verdict, status_code AS "statusCode", response_time_ms AS "responseTimeMs",
           attempts, bytes::integer AS bytes, error_message AS "errorMessage"
         FROM check_results`,
      ),
      hourly: await rows(rollupQuery("uptime_hourly", `to_char(hour AT TIME ZONE 'UTC', ${INSTANT})`)),
      daily: await rows(rollupQuery("uptime_daily", `to_char(day, ${INSTANT})`)),
      states: new Map(states.map(({ series, identity }) => [series, identity])),
      records: await readRecords(observed.brokers, observed.topics.checks),
      deadLetters: (await readRecords(observed.brokers, observed.topics.checksDead)).length,
      offsets: await readOffsets(observed),
    };
  } finally {
    await client.end();
  }
}

function rollupQuery(table: string, start: string): string {
  return `SELECT site_id || '/' || location || '/' || ${start} AS period, up, degraded, down,
      response_time_sum_ms AS "responseTimeSumMs", response_times AS "responseTimes",
      encode(latencies, 'hex') AS latencies
    FROM ${table}`;
}

async function readRecords(brokers: string, topic: string): Promise<readonly TopicRecord[]> {
  const text = await kcat(["-b", brokers, "-t", topic, "-C", "-e", "-q", "-f", "%p %o %k %h\n"]);
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const [partition = "", offset = "", key = "", headers = ""] = line.split(" ");
      const identity = /(?:^|,)ce_id=([^,]*)/.exec(headers)?.[1] ?? "";
      return { partition: Number(partition), offset: Number(offset), key, identity };
    })
    .sort((a, b) => a.partition - b.partition || a.offset - b.offset);
}

/** How far a group has committed, beside how far the topic goes. */
export async function readOffsets({
  brokers,
  topics,
  group,
}: Omit<Observed, "databaseUrl">): Promise<readonly PartitionOffsets[]> {
  const admin = new Admin({ clientId: "observer", bootstrapBrokers: brokers.split(","), retries: 0 });
  try {
    const metadata = await admin.metadata({ topics: [topics.checks] });
    const count = metadata.topics.get(topics.checks)?.partitionsCount ?? 0;
    const partitions = Array.from({ length: count }, (_, partitionIndex) => ({
      partitionIndex,
      timestamp: -1n,
    }));
    const [ends] = await admin.listOffsets({ topics: [{ name: topics.checks, partitions }] });
    const [committed] = await admin.listConsumerGroupOffsets({ groups: [group] });
    const ofGroup = committed?.topics.find(({ name }) => name === topics.checks)?.partitions ?? [];
    return (ends?.partitions ?? []).map(({ partitionIndex, offset }) => {
      const own = ofGroup.find((partition) => partition.partitionIndex === partitionIndex);
      const known = own !== undefined && own.committedOffset >= 0n;
      return {
        partition: partitionIndex,
        committed: known ? Number(own.committedOffset) : null,
        end: Number(offset),
      };
    });
  } finally {
    await admin.close();
  }
}

/** Sessions inside a transaction that were idle, or at work on the same statement, for longer than `forMs`. */
export async function openTransactions(databaseUrl: string, forMs: number): Promise<readonly string[]> {
  const client = new pg.Client({ connectionString: databaseUrl, application_name: "observer" });
  await client.connect();
  try {
    const { rows } = await client.query<{ session: string }>(
      `SELECT format('%s %s since %s: %s', application_name, state, xact_start, left(query, 60)) AS session
       FROM pg_stat_activity
       WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
         AND xact_start IS NOT NULL AND state_change < clock_timestamp() - $1 * interval '1 millisecond'
       UNION ALL SELECT 'prepared transaction ' || gid FROM pg_prepared_xacts`,
      [forMs],
    );
    return rows.map(({ session }) => session);
  } finally {
    await client.end();
  }
}
