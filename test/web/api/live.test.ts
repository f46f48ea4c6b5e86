// Live updates over two servers on one database, as browsers follow them.
import { connect } from "node:net";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  liveDefinitionsSchema,
  liveHelloSchema,
  liveIncidentsSchema,
  liveSitesSchema,
} from "../../../src/contract/api/pipeline/live.ts";
import type { CheckResult } from "../../../src/contract/checks/check-result.ts";
import { defineSite, type Site } from "../../../src/contract/checks/site.ts";
import { aResult } from "../../contract/a-result.ts";
import { eventually } from "../../harness/eventually.ts";
import { aServer, type TestServer } from "../../harness/server.ts";
import { type EventStream, followLive } from "../../harness/servers/event-stream.ts";

let first: TestServer;
let second: TestServer;
const streams: EventStream[] = [];

beforeAll(async () => {
  first = await aServer();
  second = await aServer({ databaseUrl: first.databaseUrl });
});

afterAll(async () => {
  for (const stream of streams) stream.close();
  await second.close();
  await first.close();
});

async function following(server: TestServer, lastEventId?: string): Promise<EventStream> {
  const stream = await followLive(`${server.url}/api/v1/live`, lastEventId);
  streams.push(stream);
  await stream.next("hello");
  return stream;
}

let slots = 0;

/** Results of one slot, later than those before. */
async function record(sites: readonly Site[], given: Partial<CheckResult> = {}): Promise<void> {
  slots += 1;
  const slot = new Date(Math.floor(Date.now() / 1000) * 1000 - 3_600_000 + slots * 1000).toISOString();
  await first.database.results.record(
    sites.map(({ id, url, intervalMs }) =>
      aResult({ siteId: id, url, intervalMs, slot, checkedAt: new Date().toISOString(), ...given }),
    ),
  );
}

function someSites(count: number, given: Partial<Site> = {}): readonly Site[] {
  return Array.from({ length: count }, (_, index) =>
    defineSite({ url: `https://site-${index}-${Math.random()}.example/`, intervalMs: 3_600_000, ...given }),
  );
}

async function onDatabase(work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client(first.databaseUrl);
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

async function seen(stream: EventStream, wanted: ReadonlySet<string>): Promise<void> {
  const missing = new Set(wanted);
  while (missing.size > 0) {
    const { sites } = liveSitesSchema.parse((await stream.next("sites")).data);
    for (const { id } of sites) missing.delete(id);
  }
}

test("two browsers at two servers see the same result", async () => {
  const [site] = someSites(1);
  if (site === undefined) throw new Error("no site");
  await first.database.sites.save([site]);
  const both = await Promise.all([following(first), following(second)]);
  await record([site], { statusCode: 204 });
  for (const stream of both) {
    const { data } = await stream.next("sites");
    expect(liveSitesSchema.parse(data).sites).toMatchObject([{ id: site.id, state: "up", statusCode: 204 }]);
  }
});

test("an added site is told as changed definitions", async () => {
  const stream = await following(second);
  await first.database.sites.save(someSites(1));
  liveDefinitionsSchema.parse((await stream.next("definitions")).data);
});

test("an incident is told with each of its steps", async () => {
  const [site] = someSites(1);
  if (site === undefined) throw new Error("no site");
  await first.database.sites.save([site]);
  const stream = await following(second);
  const failed = { verdict: "down", error: { code: "connect_refused", message: "refused" } } as const;
  for (let slot = 0; slot < 5; slot += 1) await record([site], failed);
  const { incidents } = liveIncidentsSchema.parse((await stream.next("incidents")).data);
  expect(incidents).toMatchObject([{ siteId: site.id, step: "opened", state: "open", severity: "down" }]);
});

test("whoever was away gets at another server what they have missed", async () => {
  const sites = someSites(20);
  await first.database.sites.save(sites);
  const stream = await following(first);
  await record(sites.slice(0, 1));
  await stream.next("sites");
  stream.close();
  for (const site of sites) await record([site]);
  const resumed = await followLive(`${second.url}/api/v1/live`, stream.lastId());
  streams.push(resumed);
  expect(liveHelloSchema.parse((await resumed.next("hello")).data).resumed).toBe(true);
  await seen(resumed, new Set(sites.map(({ id }) => id)));
});

test.each(["0-1.1.0", "99999999999-", "nothing", "9".repeat(20)])(
  "whoever was away too long, or says nonsense (%s), is told to read everything",
  async (lastEventId) => {
    // A ring that is full of later changes.
    await onDatabase(async (client) => {
      await client.query(
        `INSERT INTO live_changes (xid) SELECT pg_current_xact_id() FROM generate_series(1, 4096)
         ON CONFLICT (place) DO UPDATE SET xid = excluded.xid, position = excluded.position`,
      );
    });
    const stream = await followLive(`${first.url}/api/v1/live`, lastEventId);
    streams.push(stream);
    expect(liveHelloSchema.parse((await stream.next("hello")).data).resumed).toBe(false);
  },
);

test("a transaction that began earlier and ended later is not passed over", async () => {
  const [early, late] = someSites(2);
  if (early === undefined || late === undefined) throw new Error("no sites");
  await first.database.sites.save([early, late]);
  await record([early, late]);
  const stream = await following(second);
  await onDatabase(async (client) => {
    await client.query("BEGIN");
    await client.query(
      `INSERT INTO live_changes AS ring (xid, site_ids) VALUES (pg_current_xact_id(), ARRAY[$1::uuid])
       ON CONFLICT (place) DO UPDATE SET xid = excluded.xid, site_ids = excluded.site_ids, position = excluded.position`,
      [early.id],
    );
    await record([late]);
    await seen(stream, new Set([late.id]));
    await client.query("COMMIT");
  });
  await seen(stream, new Set([early.id]));
});

test("a thousand results a second come as at most ten updates a second", async () => {
  const sites = someSites(500);
  await first.database.sites.save(sites);
  const stream = await following(second);
  const startedMs = Date.now();
  while (Date.now() - startedMs < 2000) {
    await Promise.all([record(sites.slice(0, 50)), record(sites.slice(50, 100))]);
  }
  await record(sites.slice(400));
  await seen(stream, new Set(sites.slice(400).map(({ id }) => id)));
  const seconds = (Date.now() - startedMs) / 1000;
  const updates = stream.received.filter(({ event }) => event === "sites").length;
  expect(updates).toBeLessThanOrEqual(10 * seconds + 2);
}, 60_000);

test("a reader that has stopped reading is cut off and holds no memory", async () => {
  const long = { error: { code: "connect_refused", message: "x".repeat(900) }, verdict: "down" } as const;
  const sites = someSites(400);
  await first.database.sites.save(sites);
  const { hostname, port } = new URL(second.url);
  const socket = connect(Number(port), hostname);
  let closed = false;
  socket.on("close", () => {
    closed = true;
  });
  socket.on("error", () => {});
  socket.write(`GET /api/v1/live HTTP/1.1\r\nHost: ${hostname}:${port}\r\n\r\n`);
  socket.once("readable", () => {});
  const witness = await following(second);
  for (let round = 0; round < 30; round += 1) {
    await record(sites, long);
    await seen(witness, new Set(sites.map(({ id }) => id)));
  }
  socket.resume();
  await eventually("the socket is closed", () => closed || undefined);
}, 120_000);

test("the end of the server ends the streams at once", async () => {
  const third = await aServer({ databaseUrl: first.databaseUrl });
  const stream = await following(third);
  await third.close();
  await stream.ended;
});
