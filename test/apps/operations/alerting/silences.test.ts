// Silences, as every face deals with them.
import { expect, test } from "vitest";
import { addSilence, endSilence, listSilences } from "../../../../src/apps/operations/alerting/silences.ts";
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
