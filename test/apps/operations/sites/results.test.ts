// What was recorded, as every face reads it.
import { expect, test } from "vitest";
import { listResults } from "../../../../src/apps/operations/sites/results.ts";
import { aSite, resultOf } from "../../../services/postgres/repository/ground.ts";
import { openResources } from "../opened.ts";

test("results come newest first, of one site, of the last while, and no more than asked for", async () => {
  const { database, clock } = await openResources();
  const [one, other] = [aSite(), aSite()];
  const results = [resultOf(one, 90), resultOf(one, 5), resultOf(other, 2), resultOf(one, 1)];
  await database.results.record(results);
  const slots = async (filter: Partial<Parameters<typeof listResults>[1]>) =>
    (await listResults({ database, clock }, { limit: 100, ...filter })).map(({ slot }) => slot);
  const [oldest, older, newer, newest] = results.map(({ slot }) => slot);
  expect(await slots({})).toEqual([newest, newer, older, oldest]);
  expect(await slots({ site: one.url })).toEqual([newest, older, oldest]);
  expect(await slots({ sinceMs: 3_600_000 })).toEqual([newest, newer, older]);
  expect(await slots({ limit: 1 })).toEqual([newest]);
});
