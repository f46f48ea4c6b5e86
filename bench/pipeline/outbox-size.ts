/** Five million rows through the outbox: its size, indexes included, must stay flat while they pass. */
import { setTimeout as delay } from "node:timers/promises";
import { kcat } from "../../test/harness/kafka/kcat.ts";
import type { Figure } from "../report.ts";
import { type BenchServers, startBenchServers } from "./servers.ts";

const ROWS = Number(process.env.BENCH_ROWS ?? 5_000_000);
const BATCH = 20_000;
const LONGEST_BACKLOG = 100_000;

export async function benchOutboxSize(): Promise<readonly Figure[]> {
  const servers = await startBenchServers();
  try {
    const { kafka, topic } = servers;
    await kcat(["-b", kafka.brokers, "-t", `${topic}.passing`, "-P"], "first\n");
    servers.app(
      "--config",
      servers.configuration({ outbox: { keepPublished: "5s", batchSize: 5000 } }),
      "relay",
    );
    const sizes: number[] = [];
    const startedAtMs = performance.now();
    for (let passed = 0; passed < ROWS; passed += BATCH) {
      await servers.sql(
        `INSERT INTO outbox (topic_name, message_key, payload)
         SELECT $1, 'key-' || n % 5000, repeat('x', 200) FROM generate_series(1, ${BATCH}) AS n`,
        [`${topic}.passing`],
      );
      while ((await backlog(servers)) > LONGEST_BACKLOG) await delay(20);
      if ((passed / BATCH) % 10 === 9) sizes.push(await sizeMiB(servers));
    }
    while ((await backlog(servers)) > 0) await delay(50);
    const seconds = (performance.now() - startedAtMs) / 1000;
    const quarter = Math.floor(sizes.length / 4);
    const largest = (part: readonly number[]) => Math.max(...part);
    return [
      { name: "rows passed through", unit: "rows", value: ROWS },
      { name: "insert to published", unit: "rows/s", value: ROWS / seconds },
      {
        name: "largest size, second quarter",
        unit: "MiB",
        value: largest(sizes.slice(quarter, 2 * quarter)),
      },
      { name: "largest size, last quarter", unit: "MiB", value: largest(sizes.slice(-quarter)) },
      {
        name: "last quarter to second",
        unit: "×",
        value: largest(sizes.slice(-quarter)) / largest(sizes.slice(quarter, 2 * quarter)),
        atMost: 1.2,
      },
    ];
  } finally {
    await servers.stop();
  }
}

async function backlog({ sql }: BenchServers): Promise<number> {
  const [row] = await sql(
    "SELECT count(*)::integer AS count FROM outbox WHERE NOT published AND parked_at IS NULL",
  );
  return Number(row?.count);
}

async function sizeMiB({ sql }: BenchServers): Promise<number> {
  const [row] = await sql("SELECT pg_total_relation_size('outbox')::float8 / 1048576 AS size");
  return Number(row?.size);
}
