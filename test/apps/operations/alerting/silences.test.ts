// Silences and maintenance windows, as every face deals with them.
import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { parseWindow } from "../../../../src/apps/operations/alerting/parse-window.ts";
import {
  addSilence,
  addWindow,
  endSilence,
  listSilences,
  listWindows,
  removeWindow,
} from "../../../../src/apps/operations/alerting/silences.ts";
import { FailureError, UsageError } from "../../../../src/contract/errors.ts";
import { openResources } from "../opened.ts";

const silence = {
  incidentId: null,
  site: null,
  tag: "shop",
  reason: "moving",
  createdBy: "ada",
  untilMs: Date.now() + 3_600_000,
};

test("a silence is listed until it is ended", async () => {
  const { database } = await openResources();
  const { id } = await addSilence(database, silence);
  expect(await listSilences(database)).toMatchObject([{ id, tag: "shop", reason: "moving" }]);
  await endSilence(database, id);
  expect(await listSilences(database)).toEqual([]);
  await expect(endSilence(database, id)).rejects.toThrow(FailureError);
});

test.for([
  [{ tag: null }, "name what to silence: --incident ID, --site SITE or --tag TAG"],
  [{ reason: " " }, "--reason is empty: state why"],
  [
    { untilMs: null },
    "give a duration, such as --for 2h: a silence without one lasts until what it mutes recovers, and none of that is open",
  ],
  [{ incidentId: "7" }, '--incident is "7": must be an id, as listed by: sitewire incidents list'],
] as const)("a silence with %j is refused", async ([wrong, says]) => {
  const { database } = await openResources();
  await expect(addSilence(database, { ...silence, ...wrong })).rejects.toThrow(new UsageError(says));
});

test("a window is kept as it was given, and removed", async () => {
  const { database } = await openResources();
  const window = parseWindow({
    name: "Sunday backup",
    start: "2026-12-06T02:00",
    duration: "90m",
    rrule: "FREQ=WEEKLY;BYDAY=SU",
    timezone: "Europe/Berlin",
    tags: ["shop"],
  });
  const { id } = await addWindow(database, { window, createdBy: "ada" });
  expect(await listWindows(database)).toEqual([{ id, window, createdBy: "ada", revision: 1 }]);
  await removeWindow(database, id);
  expect(await listWindows(database)).toEqual([]);
  await expect(removeWindow(database, randomUUID())).rejects.toThrow(FailureError);
  await expect(removeWindow(database, "1")).rejects.toThrow(UsageError);
});

test("a window that is none is refused by its fields", () => {
  expect(() => parseWindow({ name: "x", start: "soon", duration: "1h", timezone: "Mars" })).toThrow(
    [
      'start is "soon": must be a local time such as "2026-12-06T02:00"',
      'timezone is "Mars": must be an IANA time zone such as "Europe/Berlin" or "UTC"',
    ].join("\n"),
  );
});
