// Maintenance windows and silences over the API.
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  maintenanceCalendarSchema,
  maintenanceListSchema,
  maintenancePreviewSchema,
  maintenanceSchema,
} from "../../../../src/contract/api/alerting/maintenance.ts";
import { silenceListSchema, silenceSchema } from "../../../../src/contract/api/alerting/silences.ts";
import { problemSchema } from "../../../../src/contract/api/problem.ts";
import { aServer, type TestServer } from "../../../harness/server.ts";
import { aProgram, type Program } from "../a-program.ts";

let server: TestServer;
let editor: Program;

beforeAll(async () => {
  server = await aServer({
    file: `
maintenance:
  - { name: Sunday backup, rrule: FREQ=WEEKLY;BYDAY=SU, start: "2026-10-04T02:30", duration: 1h, timezone: Europe/Berlin }
`,
  });
  editor = await aProgram(server);
});

afterAll(async () => {
  await server.close();
});

const definition = { name: "move", start: "2026-12-06T02:00", durationMs: 7_200_000, tags: ["shop"] };

test("a window is planned, changed by one of two people at once, and removed", async () => {
  const created = await editor.send("POST", "/api/v1/maintenance", definition);
  expect([created.status, created.headers.get("etag")]).toEqual([201, '"1"']);
  const { id } = maintenanceSchema.parse(await created.json());
  const path = `/api/v1/maintenance/${id}`;
  const change = (name: string) => editor.send("PUT", path, { ...definition, name }, { "if-match": '"1"' });
  const answers = await Promise.all([change("one"), change("other")]);
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 412]);
  expect((await editor.send("DELETE", path, undefined, { "if-match": '"1"' })).status).toBe(412);
  expect((await editor.send("DELETE", path)).status).toBe(428);
  expect((await editor.send("DELETE", path, undefined, { "if-match": '"2"' })).status).toBe(204);
  expect((await editor.send("DELETE", path, undefined, { "if-match": '"2"' })).status).toBe(404);
});

test("a wrong recurrence rule names the field", async () => {
  const answer = await editor.send("POST", "/api/v1/maintenance", { ...definition, rrule: "FREQ=SOMETIMES" });
  expect(answer.status).toBe(422);
  expect(problemSchema.parse(await answer.json()).detail).toMatch(/rrule .*RFC 5545/);
});

test("a window that is not saved shows when it would take place", async () => {
  const preview = (change: object) =>
    editor.send("POST", "/api/v1/maintenance/preview", { ...definition, ...change });
  const timezone = "Europe/Berlin";
  const answer = await preview({ start: "2020-01-05T02:00", timezone, rrule: "FREQ=WEEKLY;BYDAY=SU" });
  const { occurrences } = maintenancePreviewSchema.parse(await answer.json());
  expect(occurrences).toHaveLength(5);
  for (const { from, to } of occurrences) {
    expect(
      new Date(from).toLocaleString("en-GB", { weekday: "short", hour: "2-digit", timeZone: timezone }),
    ).toBe("Sun, 02");
    expect(Date.parse(to) - Date.parse(from)).toBe(definition.durationMs);
    expect(Date.parse(to)).toBeGreaterThan(Date.now());
  }
  expect(await (await preview({ start: "2020-01-05T02:00" })).json()).toEqual({ occurrences: [] });
  expect((await preview({ rrule: "FREQ=SOMETIMES" })).status).toBe(422);
  const listed = maintenanceListSchema.parse(await (await editor.get("/api/v1/maintenance")).json());
  expect(listed.items.map(({ name }) => name)).toEqual(["Sunday backup"]);
});

test("windows of sitewire.yaml are listed and cannot be changed", async () => {
  const { items } = maintenanceListSchema.parse(await (await editor.get("/api/v1/maintenance")).json());
  expect(items).toMatchObject([{ id: "file:1", name: "Sunday backup", source: "file", editable: false }]);
});

test("the calendar knows the hour at which clocks change", async () => {
  const query = "from=2026-10-18T00:00:00Z&to=2026-11-02T00:00:00Z";
  const answer = await editor.get(`/api/v1/maintenance/calendar?${query}`);
  const { items, complete } = maintenanceCalendarSchema.parse(await answer.json());
  // On 25 October 02:30 occurs twice in Berlin: the first one counts.
  expect(items.map(({ from }) => from)).toEqual([
    "2026-10-18T00:30:00.000Z",
    "2026-10-25T00:30:00.000Z",
    "2026-11-01T01:30:00.000Z",
  ]);
  expect(complete).toBe(true);
  expect(
    (await editor.get("/api/v1/maintenance/calendar?from=2026-01-01T00:00:00Z&to=2028-01-01T00:00:00Z"))
      .status,
  ).toBe(400);
});

test("a silence is added, listed and ended; one without scope or end is refused", async () => {
  const wrong = [
    { reason: "why" },
    { tag: "shop", reason: "no end" },
    { tag: "shop", reason: "", untilAt: "2030-01-01T00:00:00Z" },
  ];
  for (const body of wrong) expect((await editor.send("POST", "/api/v1/silences", body)).status).toBe(400);
  const created = await editor.send("POST", "/api/v1/silences", {
    tag: "shop",
    reason: "moving",
    untilAt: "2030-01-01T00:00:00Z",
  });
  const { id, createdBy } = silenceSchema.parse(await created.json());
  expect(createdBy).toBe("test");
  const listed = async () =>
    silenceListSchema.parse(await (await editor.get("/api/v1/silences")).json()).items;
  expect(await listed()).toMatchObject([{ id, reason: "moving" }]);
  expect((await editor.send("DELETE", `/api/v1/silences/${id}`)).status).toBe(204);
  expect(await listed()).toEqual([]);
});

test("somebody who sees only some tags plans nothing for all sites", async () => {
  const few = await aProgram(server, { tags: ["blog"] });
  const answers = await Promise.all([
    few.get("/api/v1/maintenance"),
    few.send("POST", "/api/v1/maintenance", definition),
    few.send("POST", "/api/v1/silences", { tag: "shop", reason: "x", untilAt: "2030-01-01T00:00:00Z" }),
    few.get("/api/v1/dead-letters"),
  ]);
  expect(answers.map(({ status }) => status)).toEqual([403, 403, 403, 403]);
});
