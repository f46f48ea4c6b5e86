/** Resident memory of relay and consumer over ten minutes at full speed, and the outbox's size meanwhile. */
import { setTimeout as delay } from "node:timers/promises";
import { DAY_MS } from "../../src/contract/duration.ts";
import { checkResultEvent } from "../../src/contract/events/cloud-events.ts";
import type { Figure } from "../report.ts";
import { generatedResult, generatedSites } from "./generated-results.ts";
import { type BenchServers, residentMiB, startBenchServers } from "./servers.ts";

const MINUTES = Number(process.env.BENCH_MINUTES ?? 10);
/** Written at a time. */
const SITES = 5000;
const SLOT_MS = 10_000;
const TEMPLATE = "template";
/** More than this waits for the relay: then the writer waits, so that the whole runs at the speed of its slowest part. */
const LONGEST_BACKLOG = 50_000;
const SAMPLE_MS = 15_000;

interface Sample {
  readonly relayMiB: number;
  readonly consumerMiB: number;
  readonly outboxMiB: number;
}

export async function benchMemory(): Promise<readonly Figure[]> {
  const servers = await startBenchServers();
  try {
    const [relay, consumer] = ["relay", "consume"].map((name) =>
      servers.app("--config", servers.configuration({ outbox: { keepPublished: "10s" } }), name),
    );
    const stop = AbortSignal.timeout(MINUTES * 60_000);
    const writing = write(servers, stop);
    const samples: Sample[] = [];
    while (!stop.aborted) {
      await delay(SAMPLE_MS);
      samples.push({
        relayMiB: residentMiB(relay?.pid ?? 0),
        consumerMiB: residentMiB(consumer?.pid ?? 0),
        outboxMiB: await outboxMiB(servers),
      });
    }
    const written = await writing;
    // The first quarter is the warm-up: caches fill, the collector finds its size.
    const warm = samples.slice(Math.floor(samples.length / 4));
    const growth = (pick: (sample: Sample) => number) => {
      const half = Math.floor(warm.length / 2);
      return mean(warm.slice(half).map(pick)) / mean(warm.slice(0, half).map(pick));
    };
    const last = samples.at(-1);
    return [
      { name: `results passed through in ${MINUTES} minutes`, unit: "results", value: written },
      { name: "relay, resident at the end", unit: "MiB", value: last?.relayMiB ?? 0 },
      {
        name: "relay, second half to first",
        unit: "×",
        value: growth(({ relayMiB }) => relayMiB),
        atMost: 1.1,
      },
      { name: "consumer, resident at the end", unit: "MiB", value: last?.consumerMiB ?? 0 },
      {
        name: "consumer, second half to first",
        unit: "×",
        value: growth(({ consumerMiB }) => consumerMiB),
        atMost: 1.1,
      },
      { name: "outbox with its indexes at the end", unit: "MiB", value: last?.outboxMiB ?? 0 },
      {
        name: "outbox, second half to first",
        unit: "×",
        value: growth(({ outboxMiB: size }) => size),
        atMost: 1.2,
      },
    ];
  } finally {
    await servers.stop();
  }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

async function outboxMiB({ sql }: BenchServers): Promise<number> {
  const [row] = await sql("SELECT pg_total_relation_size('outbox')::float8 / 1048576 AS size");
  return Number(row?.size);
}

/** Slot after slot of all sites. The database makes the rows of a template, which is faster than sending them. */
async function write({ sql, insertEvents, topic }: BenchServers, stop: AbortSignal): Promise<number> {
  const placeholder = "2000-01-01T00:00:00.000Z";
  const events = generatedSites(SITES).map((site, index) =>
    checkResultEvent(generatedResult(site, Date.parse(placeholder), index % 997), TEMPLATE),
  );
  await insertEvents(events);
  await sql(
    `CREATE TABLE template AS SELECT message_key, headers::text, payload FROM outbox WHERE topic_name = '${TEMPLATE}'`,
  );
  await sql(`DELETE FROM outbox WHERE topic_name = '${TEMPLATE}'`);
  let written = 0;
  for (let slotMs = Date.now() - DAY_MS; !stop.aborted; slotMs += SLOT_MS) {
    while ((await backlog(sql)) > LONGEST_BACKLOG) await delay(20);
    await sql(
      `INSERT INTO outbox (topic_name, message_key, headers, payload)
       SELECT $1, message_key, replace(headers, '${placeholder}', $2)::jsonb, replace(payload, '${placeholder}', $2)
       FROM template`,
      [topic, new Date(slotMs).toISOString()],
    );
    written += SITES;
  }
  return written;
}

async function backlog(sql: BenchServers["sql"]): Promise<number> {
  const [row] = await sql(
    "SELECT count(*)::integer AS count FROM outbox WHERE NOT published AND parked_at IS NULL",
  );
  return Number(row?.count);
}
