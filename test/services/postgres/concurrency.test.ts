// What only shows when several processes work on one PostgreSQL server at the same time.
import pg from "pg";
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from "vitest";
import { DAY_MS } from "../../../src/contract/duration.ts";
import type { Database } from "../../../src/core/database.ts";
import { openPostgres } from "../../../src/services/postgres/database.ts";
import { eventually } from "../../harness/eventually.ts";
import type { TestDatabase } from "../../harness/postgres/postgres-database.ts";
import { sharedPostgres } from "../../harness/shared.ts";
import { anEvent, textOf } from "./events.ts";
import { settingsOf } from "./ground.ts";
import { quietLog } from "./quiet-log.ts";
import { aSite, resultOf } from "./repository/ground.ts";

const PROCESSES = 4;
const ALL_LANES = Array.from({ length: 64 }, (_, lane) => lane);

let server: TestDatabase;
let databases: readonly Database[];
let pool: pg.Pool;

beforeAll(async () => {
  server = await sharedPostgres().createDatabase();
  databases = await Promise.all(
    Array.from({ length: PROCESSES }, () =>
      openPostgres({ settings: settingsOf(server.url), log: quietLog }),
    ),
  );
  await one().migrate();
  pool = new pg.Pool({ connectionString: server.url, max: 5 });
  // Dropping the database ends connections that are still closing, when the pool listens no more.
  pool.on("connect", (client) => client.on("error", () => {}));
});

beforeEach(async () => {
  await pool.query(
    "TRUNCATE sites, outbox, check_results, uptime_hourly, uptime_daily, site_state, leases, lease_owners",
  );
});

afterAll(async () => {
  await Promise.all(databases.map((database) => database.close()));
  await pool.end();
  await server.drop();
});

function one(): Database {
  const [first] = databases;
  if (first === undefined) throw new Error("none opened");
  return first;
}

/** The server's own count of deadlocks it had to end. */
async function deadlocks(): Promise<number> {
  const { rows } = await pool.query(
    "SELECT deadlocks::integer FROM pg_stat_database WHERE datname = current_database()",
  );
  return rows[0]?.deadlocks ?? 0;
}

test("recorders that are given the same results record each once, and never wait in a circle", async () => {
  const sites = Array.from({ length: 30 }, () => aSite());
  const results = sites.flatMap((site) =>
    Array.from({ length: 40 }, (_, index) => resultOf(site, index * 30)),
  );
  const shuffled = (by: number) => results.map((_, index) => results[(index * by + by) % results.length]);
  const before = await deadlocks();
  const outcomes = await Promise.all(
    databases.map(async (database, process) => {
      let inserted = 0;
      // Steps that share no factor with the number of results: each process has an order of its own.
      const own = shuffled([1, 7, 11, 13][process] ?? 1).flatMap((result) =>
        result === undefined ? [] : [result],
      );
      for (let first = 0; first < own.length; first += 100) {
        inserted += (await database.results.record(own.slice(first, first + 100))).inserted;
      }
      return inserted;
    }),
  );
  expect(outcomes.reduce((sum, inserted) => sum + inserted, 0)).toBe(results.length);
  expect(await deadlocks()).toBe(before);
  const { rows } = await pool.query(
    `SELECT (SELECT count(*) FROM check_results)::integer AS rows, (SELECT sum(up) FROM uptime_hourly)::integer AS hourly,
       (SELECT sum(up) FROM uptime_daily)::integer AS daily, (SELECT count(*) FROM site_state)::integer AS states`,
  );
  expect(rows).toEqual([
    { rows: results.length, hourly: results.length, daily: results.length, states: sites.length },
  ]);
});

test("recorders that take turns with one site's hour keep each other's counts", async () => {
  const site = aSite();
  for (const [index, database] of [...databases, ...databases, ...databases].entries()) {
    await database.results.record([resultOf(site, 60 * 24 * 2 - index)]);
  }
  const counts = "sum(up + degraded + down)::integer AS results, sum(response_times)::integer AS times";
  const recorded = "count(*)::integer AS results, count(response_time_ms)::integer AS times";
  const { rows: recount } = await pool.query(`SELECT ${recorded} FROM check_results`);
  expect(recount).toMatchObject([{ results: 3 * PROCESSES }]);
  for (const table of ["uptime_hourly", "uptime_daily"]) {
    expect((await pool.query(`SELECT ${counts} FROM ${table}`)).rows).toEqual(recount);
  }
});

test("counts that another hand has deleted do not come back with the next result", async () => {
  const site = aSite();
  const twoDaysAgo = 60 * 24 * 2;
  await one().results.record([resultOf(site, twoDaysAgo)]);
  await pool.query("DELETE FROM uptime_hourly");
  await one().results.record([resultOf(site, twoDaysAgo - 1)]);
  const { rows } = await pool.query("SELECT up + degraded + down AS results FROM uptime_hourly");
  expect(rows.map(({ results }) => results)).toEqual(rows.map(() => 1));
});

test("recording goes on while partitions are made and dropped", async () => {
  const site = aSite();
  const policy = { keepResultsMs: 30 * DAY_MS, keepHourlyMs: 1000 * DAY_MS, keepDailyMs: 1000 * DAY_MS };
  const results = Array.from({ length: 120 }, (_, index) => resultOf(site, index * 24 * 60));
  const recording = databases.map(async (database, process) => {
    for (const [index, result] of results.entries()) {
      if (index % PROCESSES === process) await database.results.record([result]);
    }
  });
  const maintaining = (async () => {
    for (let round = 0; round < 10; round += 1)
      await one().maintenance.maintain(policy, Date.now() + 2 * DAY_MS);
  })();
  await Promise.all([...recording, maintaining]);
  const { rows } = await pool.query(
    "SELECT min(slot) AS first, count(*)::integer AS kept FROM check_results",
  );
  expect(rows[0]?.kept).toBeGreaterThanOrEqual(25);
  await pool.query("DELETE FROM result_retention");
});

test("a row whose transaction took its number early and commits late is not passed over", async () => {
  const late = await pool.connect();
  onTestFinished(() => late.release());
  await late.query("BEGIN");
  await late.query("INSERT INTO outbox (topic_name, message_key, payload) VALUES ('orders', 'late', 'late')");
  const stop = new AbortController();
  const handled: (string | null)[] = [];
  const source = one().eventSource({ topics: ["orders"], group: "recorders" });
  const running = source.run(async ({ events }) => {
    handled.push(...events.map(textOf));
  }, stop.signal);
  await one().outbox.append([anEvent({ text: "early" })]);
  await eventually("the early one is handled", () => handled.includes("early"));
  await late.query("COMMIT");
  await eventually("the late one is handled", () => handled.includes("late"));
  stop.abort();
  await running;
  expect(handled).toEqual(["early", "late"]);
});

test("a consumer of the database's log takes over when the one before has died", async () => {
  const dead = await openPostgres({ settings: settingsOf(server.url), log: quietLog });
  const stopDead = new AbortController();
  let isHolding = false;
  const holding = dead.eventSource({ topics: ["orders"], group: "recorders" }).run(async (_batch, signal) => {
    isHolding = true;
    await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
    throw new Error("died");
  }, stopDead.signal);
  holding.catch(() => {});
  await one().outbox.append([anEvent({ text: "held" })]);
  await eventually("the first holds it", () => isHolding);
  const stop = new AbortController();
  const handled: (string | null)[] = [];
  const running = one()
    .eventSource({ topics: ["orders"], group: "recorders" })
    .run(async ({ events }) => {
      handled.push(...events.map(textOf));
    }, stop.signal);
  // As if its process had been killed: nothing is renewed, nothing given back.
  await dead.close();
  await pool.query("UPDATE leases SET expires_at = now()");
  await eventually("the second takes over", () => handled.length > 0, { timeoutMs: 30_000 });
  expect(handled).toEqual(["held"]);
  stop.abort();
  stopDead.abort();
  await Promise.allSettled([running, holding]);
});

test("two relays removing published rows at the same time do not wait for each other", async () => {
  await one().outbox.append(Array.from({ length: 200 }, () => anEvent()));
  await pool.query("UPDATE outbox SET published = true, published_at = now() - interval '1 day'");
  const removed = await Promise.all(
    databases.map((database) => database.outboxQueue({ afterParked: "wait" }).removePublished(1000, 100)),
  );
  expect(removed.reduce((sum, count) => sum + count, 0)).toBe(200);
});

test("owners that ask for lanes at the same time never get the same one", async () => {
  const queues = databases.map((database) => database.outboxQueue({ afterParked: "wait" }));
  for (let round = 0; round < 5; round += 1) {
    const held = await Promise.all(queues.map((queue, index) => queue.leaseLanes(`owner ${index}`, 60_000)));
    // Each keeps what it was told; what was given up is not handed on before its lease ends.
    const { rows } = await pool.query(
      "SELECT count(DISTINCT shard)::integer AS shards, count(*)::integer AS rows FROM leases",
    );
    expect(rows).toEqual([{ shards: 64, rows: 64 }]);
    expect(new Set(held.flat()).size).toBe(held.flat().length);
  }
});

test("rows of one key written by one transaction after the other are read in that order by whoever relays", async () => {
  const writers = Array.from({ length: 8 }, (_, writer) => `key-${writer}`);
  await Promise.all(
    writers.map(async (key, writer) => {
      for (let number = 0; number < 25; number += 1) {
        await databases[writer % PROCESSES]?.outbox.append([anEvent({ key, text: String(number) })]);
      }
    }),
  );
  const range = { afterId: 0n, maxRows: 1000, maxBytes: 1 << 20 };
  const { rows } = await one().outboxQueue({ afterParked: "wait" }).readUnpublished(ALL_LANES, range);
  for (const key of writers) {
    const numbers = rows.filter(({ event }) => event.key === key).map(({ event }) => Number(textOf(event)));
    expect(numbers).toEqual(Array.from({ length: 25 }, (_, number) => number));
  }
});

test("a relay passes over rows only when no open transaction can still bring one before them", async () => {
  const relay = one().outboxQueue({ afterParked: "wait" });
  const append = () => one().outbox.append([anEvent()]);
  const highestId = async (): Promise<string> =>
    (await pool.query("SELECT max(id) AS id FROM outbox")).rows[0].id;
  const writer = await pool.connect();
  const reader = await pool.connect();
  onTestFinished(() => {
    writer.release();
    reader.release();
  });
  await append();
  const before = await highestId();
  await eventually("all is visible", async () => String((await relay.horizon()).visibleUpToId) === before);
  // A transaction that only reads, however long, does not matter.
  await reader.query("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM sites");
  await writer.query("BEGIN; INSERT INTO outbox (topic_name, payload) VALUES ('orders', 'late')");
  for (let round = 0; round < 5; round += 1) {
    await append();
    expect(String((await relay.horizon()).visibleUpToId)).toBe(before);
  }
  await writer.query("COMMIT");
  await append();
  const after = await highestId();
  await eventually(
    "all is visible again",
    async () => String((await relay.horizon()).visibleUpToId) === after,
  );
  await reader.query("COMMIT");
});

test("an edit of a site that began earlier and ends later leaves no schedule that ends before it begins", async () => {
  const site = aSite();
  await one().sites.save([site]);
  const [early, late] = [await pool.connect(), await pool.connect()];
  onTestFinished(() => {
    early.release();
    late.release();
  });
  const edit = "UPDATE sites SET interval_ms = $1 WHERE id = $2";
  await early.query("BEGIN");
  await early.query("SELECT now()");
  await late.query(edit, [120_000, site.id]);
  await early.query(edit, [180_000, site.id]);
  await early.query("COMMIT");
  const { rows } = await pool.query(
    `SELECT interval_ms, valid_to >= valid_from AS ordered, valid_to IS NULL AS open,
       valid_from >= coalesce(lag(valid_to) OVER (ORDER BY valid_from), '-infinity') AS follows
     FROM site_schedules WHERE site_id = $1 ORDER BY valid_from`,
    [site.id],
  );
  expect(rows.map(({ ordered, follows }) => [ordered ?? true, follows])).toEqual(
    rows.map(() => [true, true]),
  );
  expect(rows.filter(({ open }) => open)).toMatchObject([{ interval_ms: 180_000 }]);
});

test("the server's clock is told in milliseconds since the epoch", async () => {
  const { rows } = await pool.query("SELECT clock_timestamp() AS now");
  const nowMs = await one().clock.nowMs();
  expect(nowMs).toBeGreaterThanOrEqual(rows[0]?.now.getTime());
  expect(nowMs).toBeLessThan(rows[0]?.now.getTime() + 60_000);
});
