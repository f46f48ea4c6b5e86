/** A database with many sites and the rollups of months, as its consumers would have filled it. */
import pg from "pg";
import { DAY_MS } from "../../src/contract/duration.ts";
import type { Database } from "../../src/core/database.ts";
import { LatencyHistogram } from "../../src/core/reporting/latency-histogram.ts";
import { PhaseSums } from "../../src/core/reporting/phase-sums.ts";
import { openPostgres } from "../../src/services/postgres/database.ts";
import { startPostgres } from "../../test/harness/postgres/postgres.ts";
import { settingsOf } from "../../test/services/postgres/ground.ts";
import { quietLog } from "../quiet-log.ts";

export interface FilledDatabase {
  readonly url: string;
  readonly database: Database;
  sql(statement: string, values?: readonly unknown[]): Promise<readonly Record<string, unknown>[]>;
  close(): Promise<void>;
}

export interface Filling {
  readonly sites: number;
  /** Every site is checked once a minute; these days have hourly rollups. */
  readonly hourlyDays: number;
  readonly dailyDays: number;
}

const RESULTS_AN_HOUR = 60;

export async function openFilledDatabase(filling: Filling): Promise<FilledDatabase> {
  const postgres = await startPostgres({ settings: { shared_buffers: "1GB", max_wal_size: "8GB" } });
  const database = await openPostgres({ settings: settingsOf(postgres.url), log: quietLog });
  await database.migrate();
  const client = new pg.Client({ connectionString: postgres.url });
  await client.connect();
  const sql: FilledDatabase["sql"] = async (statement, values = []) =>
    (await client.query<Record<string, unknown>>(statement, [...values])).rows;
  await fill(sql, filling);
  return {
    url: postgres.url,
    database,
    sql,
    async close() {
      await client.end();
      await database.close();
      await postgres.stop();
    },
  };
}

async function fill(sql: FilledDatabase["sql"], { sites, hourlyDays, dailyDays }: Filling): Promise<void> {
  await sql(
    `INSERT INTO sites (name, url, regexp, tags, created_at)
     SELECT 'site ' || number, 'https://site-' || number || '.example/', 'Welcome', ARRAY['team-' || number % 20],
       now() - interval '400 days'
     FROM generate_series(1, $1::integer) AS number`,
    [sites],
  );
  await sql("UPDATE site_schedules SET valid_from = now() - interval '400 days'");
  await sql(
    `INSERT INTO site_state (site_id, location, slot, checked_at, verdict, status_code, response_time_ms, certificate_expires_at)
     SELECT id, 'local', now() - random() * interval '1 minute', now() - random() * interval '1 minute', 'up', 200, 120.5,
       now() + interval '60 days'
     FROM sites`,
  );
  const [latencies, phases] = [latenciesOf(RESULTS_AN_HOUR), phasesOf(RESULTS_AN_HOUR)];
  for (let day = hourlyDays - 1; day >= 0; day -= 1) {
    await sql("SELECT ensure_partition('uptime_hourly', (now() - $1 * interval '1 day')::date)", [day]);
    await sql(
      `INSERT INTO uptime_hourly (site_id, hour, location, up, degraded, down, response_times, response_time_sum_ms,
         p50_ms, p95_ms, p99_ms, latencies, phases, revision)
       SELECT id, hour, 'local', 59, 0, 1, 60, 7200, 110, 240, 290, $2, $3, 60
       FROM generate_series(
         date_trunc('day', now(), 'UTC') - $1 * interval '1 day',
         least(date_trunc('hour', now()), date_trunc('day', now(), 'UTC') - $1 * interval '1 day' + interval '23 hours'),
         interval '1 hour'
       ) AS hour, sites`,
      [day, latencies, phases],
    );
  }
  const [dayLatencies, dayPhases] = [latenciesOf(24 * RESULTS_AN_HOUR), phasesOf(24 * RESULTS_AN_HOUR)];
  for (let day = dailyDays - 1; day >= 0; day -= 1) {
    await sql("SELECT ensure_partition('uptime_daily', (now() - $1 * interval '1 day')::date)", [day]);
    await sql(
      `INSERT INTO uptime_daily (site_id, day, location, up, degraded, down, response_times, response_time_sum_ms,
         p50_ms, p95_ms, p99_ms, latencies, phases, revision)
       SELECT id, (now() AT TIME ZONE 'UTC')::date - $1::integer, 'local', 1439, 0, 1, 1440, 172800, 110, 240, 290, $2, $3,
         1440
       FROM sites`,
      [day, dayLatencies, dayPhases],
    );
  }
  await sql("VACUUM ANALYZE");
}

function latenciesOf(count: number): Uint8Array {
  const latencies = LatencyHistogram.empty();
  for (let index = 0; index < count; index += 1) latencies.add(80 + (index % 211));
  return latencies.toBytes();
}

function phasesOf(count: number): Uint8Array {
  const phases = new PhaseSums();
  const timings = { dnsMs: 5, connectMs: 20, tlsMs: 30, firstByteMs: 60, downloadMs: 5, totalMs: 120 };
  for (let index = 0; index < count; index += 1) phases.add(timings);
  return phases.toBytes();
}

/** Records a result of each of these sites, as a consumer does. */
export async function recordResults({ database, sql }: FilledDatabase, sites: number): Promise<void> {
  const rows = await sql("SELECT id, url FROM sites ORDER BY random() LIMIT $1", [sites]);
  const slotMs = Math.floor(Date.now() / 1000) * 1000;
  await database.results.record(
    rows.map(({ id, url }) => ({
      siteId: String(id),
      location: "local",
      slot: new Date(slotMs).toISOString(),
      url: String(url),
      checkedAt: new Date(slotMs).toISOString(),
      verdict: "up" as const,
      statusCode: 200,
      responseTimeMs: 100 + Math.random() * 50,
      timings: null,
      regexpMatched: true,
      error: null,
      bytes: 1000,
      attempts: 1,
      certificateExpiresAt: new Date(slotMs + 60 * DAY_MS).toISOString(),
      remoteAddress: "192.0.2.1",
    })),
  );
}
