/**
 * `npm run bench:default [-- SECONDS]`: what the default costs, the embedded server included. Linux only. Each row is
 * measured after a warm-up; all processes of `up` are counted, memory as PSS.
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { type Figure, formatFigures } from "../report.ts";
import { useOfTree } from "./process-tree.ts";
import { newFolder, type RunningUp, type SiteLoad, startUp } from "./running-up.ts";

const WARM_UP_MS = 30_000;
const measuredMs = Number(process.argv[2] ?? 60) * 1000;

const loads: readonly (SiteLoad & { readonly title: string; readonly cpu?: number; readonly mb?: number })[] =
  [
    { title: "one site / 10 s", sites: 1, every: "10s", cpu: 0.6 },
    { title: "1,000 sites / 10 s", sites: 1000, every: "10s", cpu: 4, mb: 200 },
    { title: "10,000 sites / 60 s", sites: 10_000, every: "60s", mb: 300 },
  ];

const recordedSchema = z.object({
  found: z.coerce.number(),
  p50: z.number(),
  p95: z.number(),
  bytes: z.coerce.number(),
});

/** Results whose check started in the last part of the run, their response times, and the size of the database. */
const recorded = (spanMs: number): string => `
  SELECT count(*) AS found, pg_database_size('postgres') AS bytes,
    coalesce(percentile_cont(0.5) WITHIN GROUP (ORDER BY response_time_ms), 0) AS p50,
    coalesce(percentile_cont(0.95) WITHIN GROUP (ORDER BY response_time_ms), 0) AS p95
  FROM check_results WHERE slot > now() - interval '${spanMs + 5000} milliseconds' AND slot <= now() - interval '5 seconds'`;

const website = fork(fileURLToPath(new URL("./website.ts", import.meta.url)));
const [port] = z
  .tuple([z.number()])
  .rest(z.unknown())
  .parse(await once(website, "message"));
try {
  for (const load of loads) {
    const place = newFolder();
    try {
      const first = await startUp(place.folder, port, load);
      const figures = await measure(first, load);
      await first.stop();
      const second = await startUp(place.folder, port, load);
      await second.stop();
      const again = {
        name: "second start to first result",
        unit: "ms",
        value: second.firstResultMs ?? 0,
        atMost: 1500,
      };
      process.stdout.write(formatFigures(load.title, [...figures, again]));
    } finally {
      place.remove();
    }
  }
} finally {
  website.kill();
}

async function measure(up: RunningUp, load: (typeof loads)[number]): Promise<readonly Figure[]> {
  await delay(WARM_UP_MS);
  const use = await useOfTree(up.pid, measuredMs);
  const { found, p50, p95, bytes } = recordedSchema.parse(await up.query(recorded(measuredMs)));
  const dueEveryMs = Number.parseInt(load.every, 10) * 1000;
  return [
    { name: "first start to first result", unit: "ms", value: up.firstResultMs ?? 0, atMost: 4000 },
    {
      name: "CPU a minute",
      unit: "s",
      value: use.cpuSecondsPerMinute,
      ...(load.cpu ? { atMost: load.cpu } : {}),
    },
    { name: "memory (PSS)", unit: "MB", value: use.pssMegabytes, ...(load.mb ? { atMost: load.mb } : {}) },
    { name: "peak memory (PSS)", unit: "MB", value: use.peakPssMegabytes, atMost: 300 },
    { name: "slots with a result", unit: "%", value: (100 * found * dueEveryMs) / (load.sites * measuredMs) },
    { name: "response time, median", unit: "ms", value: p50 },
    { name: "response time, 95 of 100", unit: "ms", value: p95 },
    { name: "size of the database", unit: "MB", value: bytes / 1e6 },
  ];
}
