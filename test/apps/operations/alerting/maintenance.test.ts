// Maintenance windows, as every face deals with them: what they were stays in reports.
import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import {
  addMaintenance,
  changeMaintenance,
  listFormerMaintenance,
  listMaintenance,
  recordedWindows,
  removeMaintenance,
  removeNamedMaintenance,
} from "../../../../src/apps/operations/alerting/maintenance.ts";
import { parseWindow } from "../../../../src/apps/operations/alerting/parse-window.ts";
import { systemClock } from "../../../../src/apps/wiring/clock.ts";
import { FailureError, UsageError } from "../../../../src/contract/errors.ts";
import { maintenanceTimes } from "../../../../src/core/maintenance-windows/recorded-windows.ts";
import { openResources } from "../opened.ts";

const DAY_MS = 86_400_000;
const site = { siteId: randomUUID(), siteName: null, url: "https://a.example/", tags: ["shop"] };

function localTime(daysAgo: number, time: string): string {
  return `${new Date(Date.now() - daysAgo * DAY_MS).toISOString().slice(0, 10)}T${time}`;
}

async function opened() {
  const { database } = await openResources();
  const resources = {
    maintenanceWindows: database.maintenanceWindows,
    fileWindows: [],
    clock: systemClock,
  };
  return {
    resources,
    /** The starts of the site's maintenance in the last 8 days and the next. */
    async past(): Promise<readonly string[]> {
      const range = { fromMs: Date.now() - 8 * DAY_MS, toMs: Date.now() + DAY_MS };
      const times = maintenanceTimes(await recordedWindows(resources), range);
      return times.of(site).map(({ fromMs }) => new Date(fromMs).toISOString().slice(0, 16));
    },
  };
}

const once = (start: string) => parseWindow({ name: "move", start, duration: "1h", tags: ["shop"] });
const daily = (start: string) => parseWindow({ name: "backup", start, duration: "1h", rrule: "FREQ=DAILY" });

test("a window is kept as it was given, and removed", async () => {
  const { resources } = await opened();
  const window = parseWindow({
    name: "Sunday backup",
    start: "2046-12-06T02:00",
    duration: "90m",
    rrule: "FREQ=WEEKLY;BYDAY=SU",
    timezone: "Europe/Berlin",
    tags: ["shop"],
  });
  const { id } = await addMaintenance(resources, window, "ada");
  expect(await listMaintenance(resources)).toMatchObject([{ id, window, createdBy: "ada", revision: 1 }]);
  await removeNamedMaintenance(resources, id);
  expect(await listMaintenance(resources)).toEqual([]);
  // It never began, so there is nothing to keep of it.
  expect(await listFormerMaintenance(resources)).toEqual([]);
  await expect(removeNamedMaintenance(resources, randomUUID())).rejects.toThrow(FailureError);
  await expect(removeNamedMaintenance(resources, "1")).rejects.toThrow(UsageError);
});

test("a window added for the past counts there", async () => {
  const { resources, past } = await opened();
  await addMaintenance(resources, once(localTime(3, "02:00")), "ada");
  expect(await past()).toEqual([localTime(3, "02:00")]);
});

test("a window that is removed stays in the past until it is removed from there too", async () => {
  const { resources, past } = await opened();
  const { id } = await addMaintenance(resources, once(localTime(3, "02:00")), "ada");
  await removeNamedMaintenance(resources, id);
  expect(await listMaintenance(resources)).toEqual([]);
  expect(await past()).toEqual([localTime(3, "02:00")]);
  expect(await listFormerMaintenance(resources)).toMatchObject([{ id, endedAtMs: expect.any(Number) }]);
  await removeNamedMaintenance(resources, id);
  expect(await past()).toEqual([]);
});

test("a recurring window that is changed keeps the occurrences that it had", async () => {
  const { resources, past } = await opened();
  // Not at the running hour, which a change would cut.
  const hour = new Date().getUTCHours();
  const [first, second] = [(hour + 8) % 24, (hour + 12) % 24].map((each) => String(each).padStart(2, "0"));
  const { id } = await addMaintenance(resources, daily(localTime(20, `${first}:00`)), "ada");
  const before = (await past()).filter((start) => start < new Date().toISOString());
  expect(before.length).toBeGreaterThanOrEqual(7);
  const changed = await changeMaintenance(
    resources,
    { id, revision: 1 },
    daily(localTime(20, `${second}:30`)),
  );
  expect(changed).toMatchObject({ id, revision: 2 });
  const after = await past();
  expect(after.filter((start) => start < new Date().toISOString())).toEqual(before);
  expect(after.filter((start) => start > new Date().toISOString())).toEqual([
    expect.stringContaining(`T${second}:30`),
  ]);
  expect(await changeMaintenance(resources, { id, revision: 1 }, daily("2026-01-01T00:00"))).toBeNull();
});

test("the times of a one-off window that is over can be corrected, and its row used again", async () => {
  const { resources, past } = await opened();
  const { id } = await addMaintenance(resources, once(localTime(3, "02:00")), "ada");
  await changeMaintenance(resources, { id, revision: 1 }, once(localTime(3, "04:00")));
  expect(await past()).toEqual([localTime(3, "04:00")]);
  await changeMaintenance(resources, { id, revision: 2 }, once("2046-01-01T00:00"));
  expect(await past()).toEqual([localTime(3, "04:00")]);
  expect(await removeMaintenance(resources, { id, revision: 2 })).toBe(false);
});

test("a window that is none is refused by its fields", () => {
  expect(() => parseWindow({ name: "x", start: "soon", duration: "1h", timezone: "Mars" })).toThrow(
    [
      'start is "soon": must be a local time such as "2026-12-06T02:00"',
      'timezone is "Mars": must be an IANA time zone such as "Europe/Berlin" or "UTC"',
    ].join("\n"),
  );
});
