// What was recorded of a site, as its page reads it: results, history, uptime with coverage, the year.
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { z } from "zod";
import {
  evidenceSchema,
  historySchema,
  resultDetailSchema,
  resultListSchema,
} from "../../../../src/contract/api/sites/results.ts";
import { calendarSchema, uptimeSchema } from "../../../../src/contract/api/sites/uptime.ts";
import type { CheckResult } from "../../../../src/contract/checks/check-result.ts";
import type { Site } from "../../../../src/contract/checks/site.ts";
import { slotAtOrBefore } from "../../../../src/core/scheduling/slots.ts";
import { aResult } from "../../../contract/a-result.ts";
import { aServer, type TestServer } from "../../../harness/server.ts";
import { plainSql } from "../../../services/postgres/ground.ts";
import { aSite } from "../../../services/postgres/repository/ground.ts";
import { aProgram } from "../a-program.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

let server: TestServer;

beforeAll(async () => {
  server = await aServer();
});

afterAll(async () => {
  await server.close();
});

/** A site that has been watched since an instant. */
async function aWatchedSite(sinceMs: number): Promise<Site> {
  const site = aSite();
  await server.database.sites.save([site]);
  const sql = await plainSql(server.databaseUrl);
  await sql(
    `UPDATE site_schedules SET valid_from = to_timestamp(${sinceMs / 1000}) WHERE site_id = '${site.id}'`,
  );
  return site;
}

function resultAt(site: Site, slotMs: number, given: Partial<CheckResult> = {}): CheckResult {
  const slot = new Date(slotMs).toISOString();
  return aResult({ siteId: site.id, url: site.url, slot, checkedAt: slot, ...given });
}

/** Results of the slots of a site that ended before now, oldest first. */
function slotsBefore(site: Site, nowMs: number, count: number): number[] {
  const last = slotAtOrBefore(site, nowMs) - site.intervalMs;
  return Array.from({ length: count }, (_, index) => last - (count - 1 - index) * site.intervalMs);
}

async function read<Schema extends z.ZodType>(path: string, schema: Schema): Promise<z.infer<Schema>> {
  const answer = await server.get(path);
  expect(answer.status, path).toBe(200);
  return schema.parse(await answer.json());
}

test("results are listed newest first, page by page, also those outside the schedule", async () => {
  const nowMs = Date.now();
  const site = await aWatchedSite(nowMs - 5 * HOUR_MS);
  const slots = slotsBefore(site, nowMs, 120);
  const byHand = (slots[60] ?? 0) + 1234;
  await server.database.results.record([
    ...slots.map((slotMs, index) => resultAt(site, slotMs, index % 40 === 0 ? { verdict: "down" } : {})),
    resultAt(site, byHand),
    resultAt(site, slots[60] ?? 0, { location: "far" }),
  ]);
  const path = `/api/v1/sites/${site.id}/results`;
  const seen: string[] = [];
  let cursor: string | null = "";
  while (cursor !== null) {
    const page: z.infer<typeof resultListSchema> = await read(
      `${path}?limit=50${cursor === "" ? "" : `&cursor=${cursor}`}`,
      resultListSchema,
    );
    seen.push(...page.items.map(({ slot, location }) => `${slot} ${location}`));
    cursor = page.next;
  }
  expect(seen).toHaveLength(122);
  expect(new Set(seen).size).toBe(122);
  expect(seen).toContain(`${new Date(byHand).toISOString()} local`);
  expect(seen.map((each) => each.slice(0, 24))).toEqual(
    seen
      .map((each) => each.slice(0, 24))
      .toSorted()
      .reverse(),
  );
  expect((await read(`${path}?verdict=down`, resultListSchema)).items).toHaveLength(3);
  expect((await read(`${path}?location=far`, resultListSchema)).items).toHaveLength(1);
  const from = new Date(slots[100] ?? 0).toISOString();
  expect((await read(`${path}?from=${from}`, resultListSchema)).items).toHaveLength(20);
});

test("a result is read with its evidence: the failed expectation, and the chain an earlier result told", async () => {
  const nowMs = Date.now();
  const site = await aWatchedSite(nowMs - HOUR_MS);
  const slots = slotsBefore(site, nowMs, 3);
  const iso = (index: number) => new Date(slots[index] ?? 0).toISOString();
  const [certificateExpiresAt, validFrom] = ["2027-01-01T00:00:00.000Z", "2026-01-01T00:00:00.000Z"];
  const chain = [{ subject: "CN=a", issuer: "CN=b", validFrom, validTo: certificateExpiresAt }];
  const failed = { expectation: "regexp", expected: "a match of /a/", found: "not in the body" };
  const shown = { headers: [{ name: "server", value: "nginx" }], body: "b", bodyCut: false, redirects: [] };
  await server.database.results.record([
    resultAt(site, slots[0] ?? 0, { certificateExpiresAt, certificateChain: chain }),
    resultAt(site, slots[1] ?? 0, {
      certificateExpiresAt,
      verdict: "down",
      failedExpectations: [failed],
      evidence: shown,
    }),
    resultAt(site, slots[2] ?? 0, { certificateExpiresAt }),
  ]);
  const detail = await read(`/api/v1/sites/${site.id}/results/local/${iso(1)}`, resultDetailSchema);
  expect(detail).toMatchObject({
    result: { verdict: "down", slot: iso(1) },
    previousSlot: iso(0),
    nextSlot: iso(2),
  });
  expect(evidenceSchema.parse(detail.evidence)).toMatchObject({
    failedExpectations: [failed],
    certificateChain: chain,
    certificateSeenAt: iso(0),
    responseHeaders: shown.headers,
    body: "b",
  });
  const missing = `/api/v1/sites/${site.id}/results/nowhere/${iso(1)}`;
  expect((await server.get(missing)).status).toBe(404);
});

test("history is raw for hours, hourly for weeks and daily for a year, each without gaps", async () => {
  const nowMs = Date.now();
  const site = await aWatchedSite(nowMs - 3 * DAY_MS);
  const timings = { dnsMs: 1, connectMs: 2, tlsMs: 3, firstByteMs: 30, downloadMs: 4, totalMs: 40 };
  const slots = slotsBefore(site, nowMs, 90).filter((_, index) => index % 10 !== 0);
  await server.database.results.record([
    ...slots.map((slotMs) => resultAt(site, slotMs, { timings, responseTimeMs: 40 })),
    ...slots.map((slotMs) => resultAt(site, slotMs, { timings, responseTimeMs: 80, location: "far" })),
  ]);
  const path = `/api/v1/sites/${site.id}/history`;
  const since = (lengthMs: number) => new Date(nowMs - lengthMs).toISOString();
  const raw = await read(`${path}?from=${since(2 * HOUR_MS)}`, historySchema);
  expect(raw.resolution).toBe("raw");
  // Every due slot has its place; every tenth of the last ninety has no result.
  expect(raw.startsAt.length).toBeGreaterThanOrEqual(118);
  expect(raw.up.filter((count) => count === 2)).toHaveLength(81);
  expect(raw.due.every((count) => count === 1)).toBe(true);
  expect(raw.meanMs.filter((mean) => mean === 60)).toHaveLength(81);
  expect(raw.phases.tls.filter((phase) => phase === 3)).toHaveLength(81);
  const hourly = await read(`${path}?from=${since(2 * DAY_MS)}`, historySchema);
  expect([hourly.resolution, hourly.startsAt.length]).toEqual(["hour", 49]);
  const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0);
  expect(sum(hourly.up)).toBe(162);
  expect(hourly.due.slice(1, -2).every((count) => count === 60)).toBe(true);
  const last = hourly.up.findLastIndex((count) => count > 0);
  expect(hourly.phases).toMatchObject({
    dns: { [last]: 1 },
    firstByte: { [last]: 30 },
    download: { [last]: 4 },
  });
  expect(hourly.meanMs[last]).toBe(60);
  expect(hourly.locations.map(({ location, meanMs }) => [location, meanMs[last]])).toEqual([
    ["far", 80],
    ["local", 40],
  ]);
  const one = await read(`${path}?from=${since(2 * DAY_MS)}&location=far`, historySchema);
  expect([sum(one.up), one.meanMs[last]]).toEqual([81, 80]);
  const year = await read(`${path}?from=${since(365 * DAY_MS)}`, historySchema);
  expect([year.resolution, year.startsAt.length, sum(year.up)]).toEqual(["day", 366, 162]);
  expect((await server.get(`${path}?from=${since(0)}&to=${since(1)}`)).status).toBe(422);
});

test("incidents and maintenance stand on the same time axis", async () => {
  const nowMs = Date.now();
  const site = await aWatchedSite(nowMs - HOUR_MS);
  const slots = slotsBefore(site, nowMs, 6);
  const error = { code: "connect_refused" as const, message: "nobody listens" };
  const down = { verdict: "down" as const, error };
  await server.database.results.record(
    slots.map((slotMs, index) => resultAt(site, slotMs, index < 3 ? down : {})),
  );
  const start = new Date(nowMs - DAY_MS).toISOString().slice(0, 16);
  const window = {
    name: "at night",
    start,
    duration: HOUR_MS,
    timezone: "UTC",
    rrule: "FREQ=DAILY",
    tags: [],
    sites: [site.url],
  };
  await server.database.maintenanceWindows.add(window, "test");
  const history = await read(`/api/v1/sites/${site.id}/history`, historySchema);
  expect(history.incidents).toMatchObject([
    {
      severity: "down",
      from: new Date(slots[0] ?? 0).toISOString(),
      to: new Date(slots[3] ?? 0).toISOString(),
    },
  ]);
  expect(history.maintenance.map(({ name }) => name)).toEqual(["at night", "at night"]);
  const { items } = await read(`/api/v1/sites/${site.id}/uptime?periods=day,month`, uptimeSchema);
  expect(items).toMatchObject([
    { period: "day", uptime: 0.5, incidents: 1, downMs: 3 * MINUTE_MS, results: 6 },
    { period: "month", uptime: 0.5, incidents: 1, results: 6 },
  ]);
});

test("uptime is told with the share of the due slots that anybody observed, also across a pause", async () => {
  const nowMs = Date.now();
  const site = await aWatchedSite(nowMs - 4 * HOUR_MS);
  const sql = await plainSql(server.databaseUrl);
  // Paused for the two hours in the middle.
  const at = (hoursAgo: number) => `to_timestamp(${(nowMs - hoursAgo * HOUR_MS) / 1000})`;
  await sql(
    `UPDATE site_schedules SET valid_to = ${at(3)} WHERE site_id = '${site.id}';
     INSERT INTO site_schedules (site_id, valid_from, valid_to, interval_ms, paused)
     VALUES ('${site.id}', ${at(3)}, ${at(1)}, 60000, true), ('${site.id}', ${at(1)}, NULL, 60000, false)`,
  );
  await server.database.results.record(slotsBefore(site, nowMs, 30).map((slotMs) => resultAt(site, slotMs)));
  const { items } = await read(`/api/v1/sites/${site.id}/uptime?periods=day`, uptimeSchema);
  expect(items).toMatchObject([{ uptime: 1, results: 30 }]);
  const [day] = items;
  expect(day?.due).toBeGreaterThanOrEqual(118);
  expect(day?.due).toBeLessThanOrEqual(121);
  expect(day?.coverage).toBeCloseTo(0.25, 1);
  const { year, days } = await read(`/api/v1/sites/${site.id}/calendar`, calendarSchema);
  expect(year).toBe(new Date(nowMs).getUTCFullYear());
  expect(days.at(-1)?.day).toBe(new Date(nowMs).toISOString().slice(0, 10));
  expect(days[0]).toMatchObject({ day: `${year}-01-01`, uptime: null, coverage: null, results: 0 });
  expect(days.reduce((sum, each) => sum + each.results, 0)).toBe(30);
});

test("uptime leaves planned maintenance out to the minute, also when it is entered afterwards", async () => {
  const nowMs = Date.now();
  const site = await aWatchedSite(nowMs - 5 * HOUR_MS);
  const [fromMs, toMs] = [-200, -70].map((minutes) => Math.floor(nowMs / MINUTE_MS + minutes) * MINUTE_MS);
  if (fromMs === undefined || toMs === undefined) throw new Error("two instants");
  const slots = slotsBefore(site, nowMs, 240);
  const inside = slots.filter((slotMs) => slotMs >= fromMs && slotMs < toMs);
  const error = { code: "connect_refused" as const, message: "nobody listens" };
  // Down from the middle of the maintenance until ten minutes after it; once checked by hand meanwhile.
  const isDown = (slotMs: number) => slotMs >= fromMs + 60 * MINUTE_MS && slotMs < toMs + 10 * MINUTE_MS;
  const results = [...slots, (inside[3] ?? 0) + 1234].map((slotMs) =>
    resultAt(site, slotMs, isDown(slotMs) ? { verdict: "down", error } : {}),
  );
  await server.database.results.record(results);
  const path = `/api/v1/sites/${site.id}`;
  const share = (some: typeof results) =>
    some.filter(({ verdict }) => verdict === "up").length / Math.max(1, some.length);
  const all = share(results);
  const week = async () => (await read(`${path}/uptime?periods=week`, uptimeSchema)).items[0];
  const before = await week();
  expect(before?.uptime).toBeCloseTo(all, 5);
  expect(before).toMatchObject({
    resultsInMaintenance: 0,
    maintenanceMs: 0,
    uptimeWithMaintenance: before?.uptime,
  });
  const window = {
    name: "move",
    start: new Date(fromMs).toISOString().slice(0, 16),
    duration: toMs - fromMs,
    timezone: "UTC",
    tags: [],
    sites: [site.url],
  };
  await server.database.maintenanceWindows.add(window, "test");
  const outside = results.filter(({ slot }) => Date.parse(slot) < fromMs || Date.parse(slot) >= toMs);
  const after = await week();
  expect(after?.uptime).toBeCloseTo(share(outside), 5);
  expect(after).toMatchObject({
    uptimeWithMaintenance: before?.uptime,
    maintenanceMs: 130 * MINUTE_MS,
    resultsInMaintenance: inside.length + 1,
    results: 241,
    incidents: 1,
    maintenanceNotExcludedMs: 0,
  });
  expect((after?.downWithMaintenanceMs ?? 0) - (after?.downMs ?? 0)).toBeGreaterThan(69 * MINUTE_MS);
  const { days } = await read(`${path}/calendar`, calendarSchema);
  expect(days.reduce((sum, { maintenanceMs }) => sum + maintenanceMs, 0)).toBe(130 * MINUTE_MS);
  const worst = days.findLast(({ uptime }) => uptime !== null && uptime < 1);
  expect(worst?.uptime).toBeGreaterThan(worst?.uptimeWithMaintenance ?? 1);
});

test("nothing of a site is found by who may not see it, nor of one that does not exist", async () => {
  const site = await aWatchedSite(Date.now());
  const limited = await aProgram(server, { tags: ["other"] });
  const now = new Date().toISOString();
  for (const path of ["results", `results/local/${now}`, "history", "uptime", "calendar"]) {
    expect((await limited.get(`/api/v1/sites/${site.id}/${path}`)).status, path).toBe(404);
    expect((await server.get(`/api/v1/sites/${randomUUID()}/${path}`)).status, path).toBe(404);
  }
});
