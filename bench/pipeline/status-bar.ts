/** The query behind a status page: 90 days of 500 sites, with the rollups of 100 million results behind it. */
import { DAY_MS } from "../../src/contract/duration.ts";
import { LatencyHistogram } from "../../src/core/reporting/latency-histogram.ts";
import type { Figure } from "../report.ts";
import { generatedSites } from "./generated-results.ts";
import { type BenchServers, openBenchDatabase, startBenchServers } from "./servers.ts";

const SITES = 500;
const DAYS = 400;
/** 500 sites × 400 days × 500 results a day are 100 million. */
const RESULTS_PER_DAY = 500;
const ROUNDS = 50;
const UPDATES = 10;

export async function benchStatusBar(): Promise<readonly Figure[]> {
  const servers = await startBenchServers();
  const database = await openBenchDatabase(servers);
  try {
    const sites = generatedSites(SITES);
    const siteIds = sites.map(({ id }) => id);
    await fillAged(servers, siteIds);
    const nowMs = Date.now();
    const durations: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const startedAtMs = performance.now();
      const uptimes = await database.uptime.daily({ siteIds, fromMs: nowMs - 89 * DAY_MS, toMs: nowMs });
      durations.push(performance.now() - startedAtMs);
      const days = uptimes.reduce((sum, { up }) => sum + up.length, 0);
      if (days !== SITES * 90) throw new Error(`expected ${SITES * 90} days, got ${days}`);
    }
    durations.sort((a, b) => a - b);
    return [
      {
        name: "90 days of 500 sites, median",
        unit: "ms",
        value: durations[ROUNDS / 2] ?? Number.NaN,
        atMost: 50,
      },
      { name: "… slowest of 50", unit: "ms", value: durations.at(-1) ?? Number.NaN },
    ];
  } finally {
    await database.close();
    await servers.stop();
  }
}

/** Day by day as a consumer does it: each row made once and then updated again and again, sites in no order. */
async function fillAged({ sql }: BenchServers, siteIds: readonly string[]): Promise<void> {
  await sql(
    `SELECT ensure_partition('uptime_daily', (current_date - day)::date) FROM generate_series(0, ${DAYS - 1}) AS day`,
  );
  const latencies = aDayOfLatencies();
  for (let day = DAYS - 1; day >= 0; day -= 1) {
    await sql(
      `INSERT INTO uptime_daily (site_id, day, location, up, degraded, down, response_times,
         response_time_sum_ms, p50_ms, p95_ms, p99_ms, latencies, phases, revision)
       SELECT id, current_date - $3::integer, 'bench', ${RESULTS_PER_DAY - 3}, 1, 2, ${RESULTS_PER_DAY},
              ${RESULTS_PER_DAY} * 120.0, 110, 240, 290, $2, '\\x'::bytea, 1
       FROM unnest($1::uuid[]) AS id ORDER BY random()`,
      [siteIds, latencies, day],
    );
    for (let round = 0; round < UPDATES; round += 1) {
      await sql("UPDATE uptime_daily SET revision = revision + 1 WHERE day = current_date - $1::integer", [
        day,
      ]);
    }
  }
  await sql("VACUUM ANALYZE uptime_daily");
}

function aDayOfLatencies(): Uint8Array {
  const latencies = LatencyHistogram.empty();
  for (let index = 0; index < RESULTS_PER_DAY; index += 1) latencies.add(80 + (index % 211));
  return latencies.toBytes();
}
