/**
 * End to end at 1,000 results a second: from a check that finished to its row being visible. A row's commit time is
 * PostgreSQL's own (track_commit_timestamp), so nothing polls.
 */
import { setTimeout as delay } from "node:timers/promises";
import { checkResultEvent } from "../../src/contract/events/cloud-events.ts";
import { eventually } from "../../test/harness/eventually.ts";
import type { Figure } from "../report.ts";
import { generatedResult, generatedSites } from "./generated-results.ts";
import { openBenchDatabase, startBenchServers } from "./servers.ts";

const PER_SECOND = 1000;
const SECONDS = 20;
/** Results are handed over as they finish, this often. */
const TICK_MS = 10;

export async function benchLatency(): Promise<readonly Figure[]> {
  const servers = await startBenchServers();
  const database = await openBenchDatabase(servers);
  try {
    const apps = ["relay", "consume"].map((name) => servers.app(name));
    const sites = generatedSites(PER_SECOND);
    const perTick = (PER_SECOND * TICK_MS) / 1000;
    const append = async (count: number, seconds: number): Promise<void> => {
      const writes: Promise<void>[] = [];
      const startedAtMs = performance.now();
      for (let tick = 0; tick < (seconds * 1000) / TICK_MS; tick += 1) {
        const nowMs = Date.now();
        const events = Array.from({ length: count }, (_, index) => {
          const site = sites[(tick * count + index) % sites.length] ?? sites[0];
          if (site === undefined) throw new Error("no sites");
          return checkResultEvent(generatedResult(site, nowMs, (tick + index) % 997), servers.topic);
        });
        writes.push(database.outbox.append(events));
        await delay(Math.max(0, startedAtMs + (tick + 1) * TICK_MS - performance.now()));
      }
      await Promise.all(writes);
    };
    const count = async () =>
      Number((await servers.sql("SELECT count(*)::integer AS count FROM check_results"))[0]?.count);
    await append(perTick, 3);
    await eventually("the warm-up is recorded", async () => (await count()) >= PER_SECOND * 3, {
      timeoutMs: 60_000,
    });
    await servers.sql("DELETE FROM check_results");
    await append(perTick, SECONDS);
    await eventually("all are recorded", async () => (await count()) >= PER_SECOND * SECONDS, {
      timeoutMs: 60_000,
    });
    const [row] = await servers.sql(
      `SELECT percentile_cont(ARRAY[0.5, 0.95, 0.99]) WITHIN GROUP (
         ORDER BY extract(epoch FROM pg_xact_commit_timestamp(xmin) - checked_at) * 1000) AS latencies
       FROM (SELECT tableoid, xmin, checked_at FROM check_results) AS rows`,
    );
    const latencies = Array.isArray(row?.latencies) ? row.latencies.map(Number) : [];
    await Promise.all(apps.map((app) => app.stop()));
    return [
      { name: "check finished to row visible, median", unit: "ms", value: latencies[0] ?? Number.NaN },
      { name: "… 95 of 100", unit: "ms", value: latencies[1] ?? Number.NaN },
      { name: "… 99 of 100", unit: "ms", value: latencies[2] ?? Number.NaN, atMost: 500 },
    ];
  } finally {
    await database.close();
    await servers.stop();
  }
}
