// The topic is enough: results, counts and states come out of it once more, the same to the last figure.
import pg from "pg";
import { afterEach, beforeEach, expect, test } from "vitest";
import { prepareKnownLoad, startKnownLoad } from "../chaos/known-load.ts";
import type { Observed } from "../chaos/observation.ts";
import { awaitQuiet } from "../chaos/quiet.ts";
import { aDeployment, type Deployment } from "../harness/deployment.ts";
import type { TestDatabase } from "../harness/postgres/postgres-database.ts";
import { sharedPostgres } from "../harness/shared.ts";
import { startSitewire } from "../harness/sitewire.ts";

const ROWS = 3000;
const QUIET_WITHIN_MS = 90_000;

let deployment: Deployment;
let empty: TestDatabase;

beforeEach(async () => {
  deployment = await aDeployment();
  empty = await sharedPostgres().createDatabase();
});

afterEach(async () => {
  await deployment.remove();
  await empty.drop();
});

/**
 * Whole tables, in the order of their keys; floating-point sums to a millionth, as they depend on the order of adding,
 * and without the columns that repeat them to the last bit or count how often a row was written.
 */
const tables = {
  check_results: "SELECT * FROM check_results ORDER BY site_id, slot, location",
  uptime_hourly: "SELECT * FROM uptime_hourly ORDER BY site_id, hour, location",
  uptime_daily: "SELECT * FROM uptime_daily ORDER BY site_id, day, location",
  site_state: "SELECT * FROM site_state ORDER BY site_id, location",
  sites: "SELECT id, name, url, in_schedule FROM sites ORDER BY id",
};

async function tablesOf(url: string): Promise<Record<string, unknown[]>> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const read: Record<string, unknown[]> = {};
    for (const [name, statement] of Object.entries(tables)) {
      const { rows } = await client.query<Record<string, unknown>>(statement);
      read[name] = rows.map(({ packed: _packed, revision: _revision, ...row }) =>
        typeof row.response_time_sum_ms === "number"
          ? { ...row, response_time_sum_ms: row.response_time_sum_ms.toFixed(6) }
          : row,
      );
    }
    return read;
  } finally {
    await client.end();
  }
}

test("`consume --from <yesterday> --group rebuild` fills an empty database with the same figures", {
  timeout: 240_000,
}, async () => {
  const { databaseUrl, brokers, topics, environment, folder } = deployment;
  const observed = (url: string, group: string): Observed => ({ databaseUrl: url, brokers, topics, group });
  await deployment.run("migrate");
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await prepareKnownLoad(client);
  await client.end();
  const load = startKnownLoad({
    seed: 6,
    databaseUrl,
    topic: topics.checks,
    sites: 12,
    writers: 2,
    rowsPerSecond: 5000,
    rows: ROWS,
  });
  deployment.start("relay");
  deployment.start("consume");
  await load.done;
  expect(await awaitQuiet(observed(databaseUrl, environment.KAFKA_GROUP ?? ""), QUIET_WITHIN_MS)).toBe(null);

  const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
  const group = `${environment.KAFKA_GROUP}-rebuild`;
  const migrating = startSitewire(["migrate"], {
    folder,
    environment: { ...environment, DATABASE_URL: empty.url },
  });
  expect(await migrating.ended).toMatchObject({ code: 0 });
  const rebuild = startSitewire(["consume", "--from", yesterday, "--group", group], {
    folder,
    environment: { ...environment, DATABASE_URL: empty.url },
  });
  await rebuild.line(/consumer started/);
  // The outbox is not asked about: in the empty database it has nothing.
  expect(await awaitQuiet({ ...observed(databaseUrl, group) }, QUIET_WITHIN_MS)).toBe(null);
  // How far it has come is told once it is done, and all along on a terminal.
  const caughtUp = await rebuild.line(/^\d+ events in [\d.]+ s, [\d.]+\/s$/);
  expect(Number.parseInt(caughtUp, 10)).toBeGreaterThanOrEqual(ROWS);
  expect(await rebuild.stop()).toMatchObject({ code: 0 });

  const before = await tablesOf(databaseUrl);
  expect(before.check_results?.length).toBeGreaterThanOrEqual(ROWS);
  expect(before.uptime_hourly?.length).toBeGreaterThan(0);
  expect(await tablesOf(empty.url)).toEqual(before);
});
