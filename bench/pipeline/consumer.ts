/**
 * The consumer: messages waiting in Kafka into `check_results` with rollups, beside a plain single-connection COPY of
 * the same rows into the same partitioned table. Two shapes of the same number of rows: many sites with few slots each,
 * as a consumer that keeps up sees them, and few sites with many slots, as one that catches up does.
 */
import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { checkResultEvent } from "../../src/contract/events/cloud-events.ts";
import { createKafkaPublisher } from "../../src/services/kafka/publishing/publisher.ts";
import { ensureTopics } from "../../src/services/kafka/topics/topics.ts";
import { eventually } from "../../test/harness/eventually.ts";
import { removeFolder, temporaryFolder } from "../../test/harness/temporary-folder.ts";
import { quietLog } from "../quiet-log.ts";
import type { Figure } from "../report.ts";
import { generatedResults, generatedSites } from "./generated-results.ts";
import { type BenchServers, PARTITIONS, processorSeconds, startBenchServers } from "./servers.ts";

interface Shape {
  readonly sites: number;
  readonly slots: number;
  /** The least ratio to COPY that is good enough. */
  readonly goal: number;
}

const SHAPES: readonly Shape[] = [
  { sites: 10_000, slots: 50, goal: 0.3 },
  { sites: 1000, slots: 500, goal: 0.5 },
];
const ROWS = 500_000;

export async function benchConsumer(): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  for (const shape of SHAPES) figures.push(...(await benchShape(shape)));
  return figures;
}

async function benchShape(shape: Shape): Promise<readonly Figure[]> {
  const servers = await startBenchServers();
  const { sites, slots, goal } = shape;
  const of = `${sites.toLocaleString("en-US")} sites × ${slots} slots`;
  try {
    await produce(servers, shape);
    const one = await record(servers, 1);
    const copied = await copySameRows(servers);
    await servers.sql("TRUNCATE check_results, uptime_hourly, uptime_daily, site_state");
    const two = await record(servers, 2);
    return [
      { name: `${of}: plain COPY of the same rows`, unit: "rows/s", value: copied },
      { name: `${of}: consumer, with rollups`, unit: "rows/s", value: one.rate, against: copied, goal },
      { name: `${of}: consumer's own processor time`, unit: "µs/row", value: one.processorMicroseconds },
      { name: `${of}: two consumers of one group`, unit: "rows/s", value: two.rate, against: copied },
    ];
  } finally {
    await servers.stop();
  }
}

interface Recorded {
  readonly rate: number;
  /** A row. */
  readonly processorMicroseconds: number;
}

/** All rows by so many consumers of a new group. */
async function record(servers: BenchServers, consumers: number): Promise<Recorded> {
  const apps = Array.from({ length: consumers }, () =>
    servers.app("consume", "--group", `${servers.topic}-${consumers}`),
  );
  const processorTime = (): number => apps.reduce((sum, { pid }) => sum + processorSeconds(pid), 0);
  // The clock starts with the first row, so that start-up and joining the group are left out.
  await eventually("the first row is there", async () => (await countRows(servers)) > 0, {
    timeoutMs: 60_000,
    intervalMs: 5,
  });
  const [startedAtMs, before, processorBefore] = [
    performance.now(),
    await countRows(servers),
    processorTime(),
  ];
  await eventually("all rows are there", async () => (await countRows(servers)) === ROWS, {
    timeoutMs: 300_000,
    intervalMs: 20,
  });
  const seconds = (performance.now() - startedAtMs) / 1000;
  const rows = ROWS - before;
  const processorMicroseconds = ((processorTime() - processorBefore) / rows) * 1e6;
  await Promise.all(apps.map((app) => app.stop()));
  return { rate: rows / seconds, processorMicroseconds };
}

async function countRows({ sql }: BenchServers): Promise<number> {
  // Counted from the daily rollup: a thousand rows, where the table has hundreds of thousands.
  const [row] = await sql(
    "SELECT coalesce(sum(up + degraded + down), 0)::integer AS count FROM uptime_daily",
  );
  return Number(row?.count);
}

async function produce({ kafka, topic }: BenchServers, { sites, slots }: Shape): Promise<void> {
  const settings = {
    brokers: kafka.brokers.split(","),
    clientId: "bench",
    tls: null,
    sasl: null,
    partitions: PARTITIONS,
    replicationFactor: 1,
    compression: "zstd" as const,
  };
  await ensureTopics(settings, [topic]);
  const publisher = createKafkaPublisher({ settings, requestTimeoutMs: 30_000, log: quietLog });
  let batch = [];
  const firstSlotMs = Date.UTC(2026, 10, 20);
  for (const result of generatedResults(generatedSites(sites), slots, firstSlotMs)) {
    batch.push(checkResultEvent(result, topic));
    if (batch.length < 2000) continue;
    await publisher.publish(batch);
    batch = [];
  }
  await publisher.publish(batch);
  await publisher.close();
}

/** Rows per second of COPY FROM, over one connection, of exactly what was recorded. */
async function copySameRows({ postgres, sql }: BenchServers): Promise<number> {
  const folder = await temporaryFolder("copy");
  const file = path.join(folder, "rows.tsv");
  const psql = (statement: string) => promisify(execFile)("psql", [postgres.url, "-qc", statement]);
  await psql(`\\copy (SELECT * FROM check_results ORDER BY slot, site_id) TO '${file}'`);
  await sql("TRUNCATE check_results");
  await sql("CHECKPOINT");
  const startedAtMs = performance.now();
  await psql(`\\copy check_results FROM '${file}'`);
  const seconds = (performance.now() - startedAtMs) / 1000;
  await removeFolder(folder);
  return ROWS / seconds;
}
