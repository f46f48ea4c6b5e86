/** Resident memory of relay and consumer over ten minutes at full speed, and the outbox's size meanwhile. */
import { setTimeout as delay } from "node:timers/promises";
import { checkResultEvent } from "../../src/contract/cloud-events.ts";
import type { Figure } from "../report.ts";
import { generatedResult, generatedSites } from "./generated-results.ts";
import { type BenchServers, residentMiB, startBenchServers } from "./servers.ts";

const MINUTES = Number(process.env.BENCH_MINUTES ?? 10);
const SITES = 1000;
/** More than this waits for the relay: then the writer waits, so that the whole runs at the speed of its slowest part. */
const LONGEST_BACKLOG = 50_000;
const BATCH = 5000;
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

async function write({ sql, insertEvents, topic }: BenchServers, stop: AbortSignal): Promise<number> {
  const sites = generatedSites(SITES);
  let written = 0;
  while (!stop.aborted) {
    const [row] = await sql("SELECT count(*)::integer AS count FROM outbox WHERE NOT published");
    if (Number(row?.count) > LONGEST_BACKLOG) {
      await delay(20);
      continue;
    }
    const events = Array.from({ length: BATCH }, (_, index) => {
      const number = written + index;
      const site = sites[number % SITES] ?? sites[0];
      if (site === undefined) throw new Error("no sites");
      const slotMs = Date.now() - 3_600_000 + Math.floor(number / SITES);
      return checkResultEvent(generatedResult(site, slotMs, number % 997), topic);
    });
    await insertEvents(events);
    written += BATCH;
  }
  return written;
}
