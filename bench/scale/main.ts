/**
 * `npm run bench:scale [-- --sites N]`: what one monitor costs and how true it is at 1,000, 10,000 and 100,000 sites
 * every 60 s: processor time, memory, lateness of its checks, and what it measures beside the server's own times. The
 * monitor writes into the outbox of a PostgreSQL of its own; nothing else runs. About three minutes a size.
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { parseArgs } from "node:util";
import pg from "pg";
import { z } from "zod";
import { startPostgres } from "../../test/harness/postgres/postgres.ts";
import { startSitewire } from "../../test/harness/sitewire.ts";
import { removeFolder, temporaryFolder } from "../../test/harness/temporary-folder.ts";
import { cpuSeconds, peakMegabytes } from "../check/process-usage.ts";
import { type Figure, formatFigures } from "../report.ts";
import { type Observed, observedMinute, quantile } from "./observation.ts";
import { createSites, INTERVAL_MS } from "./sites.ts";

/** From the start of the monitor until the minute that is measured. */
const WARM_UP_MS = 75_000;
/** For the last results of the minute to be stored. */
const SETTLING_MS = 10_000;

const { values } = parseArgs({ options: { sites: { type: "string", multiple: true } } });
for (const size of values.sites ?? ["1000", "10000", "100000"])
  await bench(z.coerce.number().int().min(1).parse(size));

async function bench(sites: number): Promise<void> {
  const folder = await temporaryFolder("bench-scale");
  const postgres = await startPostgres({
    durable: true,
    settings: { shared_buffers: "256MB", max_wal_size: "4GB" },
  });
  const website = fork(`${import.meta.dirname}/website.ts`, { execArgv: [] });
  const client = new pg.Client({ connectionString: postgres.url });
  const environment = {
    DATABASE_URL: postgres.url,
    CHECKS_MAX_CONCURRENT: "2000",
    LOG_LEVEL: "warn",
    ...(process.env.BENCH_PROFILE === undefined
      ? {}
      : { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${process.env.BENCH_PROFILE}` }),
  };
  try {
    const [message] = await once(website, "message");
    const { port } = z.object({ port: z.int() }).parse(message);
    await startSitewire(["migrate"], { folder, environment }).ended;
    await client.connect();
    await createSites(client, sites, port);
    const startedMs = Date.now();
    const monitor = startSitewire(["monitor"], { folder, environment });
    await delay(WARM_UP_MS);
    const fromMs = Date.now();
    const cpuBefore = cpuSeconds(monitor.pid);
    await delay(INTERVAL_MS);
    const cpu = cpuSeconds(monitor.pid) - cpuBefore;
    const memory = { pssMegabytes: pssMegabytes(monitor.pid), peakMegabytes: peakMegabytes(monitor.pid) };
    await delay(SETTLING_MS);
    website.send("times");
    const [answer] = await once(website, "message");
    const { tookMs } = z.object({ tookMs: z.array(z.number()) }).parse(answer);
    const { rows } = await client.query(
      "SELECT min((payload::jsonb ->> 'checkedAt')::timestamptz) AS first FROM outbox",
    );
    const first = z.object({ first: z.date() }).parse(rows[0]).first.getTime() - startedMs;
    const observed = await observedMinute(client, fromMs);
    const told = await monitor.stop();
    const warnings = told.stderr.split("\n").filter((line) => line !== "").length;
    const figures = figuresOf(sites, observed, tookMs);
    process.stdout.write(
      formatFigures(`${sites} sites every ${INTERVAL_MS / 1000} s`, [
        { name: "first check after the start", unit: "ms", value: first, atMost: 5000 },
        { name: "processor time in a minute", unit: "s", value: cpu, atMost: 20 },
        { name: "memory (PSS)", unit: "MB", value: memory.pssMegabytes },
        { name: "peak memory", unit: "MB", value: memory.peakMegabytes },
        {
          name: "peak memory for each site",
          unit: "KB",
          value: (memory.peakMegabytes * 1000) / sites,
          atMost: 4,
        },
        ...figures,
        { name: "lines logged, start and end included", unit: "", value: warnings },
      ]),
    );
    if (warnings > 0) process.stdout.write(`${told.stderr.slice(0, 2000)}\n`);
  } finally {
    website.kill();
    await client.end();
    await postgres.stop();
    await removeFolder(folder);
  }
}

function figuresOf(
  sites: number,
  observed: readonly Observed[],
  tookMs: readonly number[],
): readonly Figure[] {
  const late = observed.map((each) => each.late_ms);
  const response = observed.map((each) => each.response_ms);
  const errors = observed.flatMap(({ site, response_ms }) => {
    const own = tookMs[site];
    return own === undefined || own < 0 ? [] : [Math.abs(response_ms - own)];
  });
  const trusted = observed.filter((each) => each.uncertain_ms === 0);
  const trustedErrors = trusted.flatMap(({ site, response_ms }) => {
    const own = tookMs[site];
    return own === undefined || own < 0 ? [] : [Math.abs(response_ms - own)];
  });
  const of = (name: string, list: readonly number[]): readonly Figure[] =>
    [0.5, 0.95, 0.99].map((share) => ({
      name: `${name}, ${share * 100} of 100`,
      unit: "ms",
      value: quantile(list, share),
      ...(name === "start after slot" && share === 0.99 ? { atMost: 250 } : {}),
    }));
  return [
    { name: "slots of the minute with a result", unit: "", value: observed.length, against: sites, goal: 1 },
    ...of("start after slot", late),
    ...of("response time as measured", response),
    ...of(
      "server's own time",
      tookMs.filter((ms) => ms >= 0),
    ),
    ...of("error of the measured time", errors),
    ...of("error where it is not marked uncertain", trustedErrors),
    {
      name: "marked uncertain",
      unit: "%",
      value: (100 * (observed.length - trusted.length)) / observed.length,
    },
  ];
}

function pssMegabytes(pid: number): number {
  const kibibytes = /^Pss:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))?.[1];
  return (Number(kibibytes) * 1024) / 1e6;
}
