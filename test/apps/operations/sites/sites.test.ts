// The sites table, as every face works on it.
import { expect, test } from "vitest";
import { listSites, removeSite, saveSites } from "../../../../src/apps/operations/sites/sites.ts";
import { FailureError, UsageError } from "../../../../src/contract/errors.ts";
import { aSite } from "../../../services/postgres/repository/ground.ts";
import { aChecker } from "../a-checker.ts";
import { openResources } from "../opened.ts";

const checker = aChecker();

test("sites are saved, listed by name, filtered, and removed", async () => {
  const { database } = await openResources();
  const shop = aSite({ name: "Shop", url: "https://shop.example/" });
  const blog = aSite({ name: "blog", url: "https://blog.example/", enabled: false });
  const progress: number[] = [];
  await saveSites(
    { database, checker },
    { sites: [shop, blog], onProgress: (count) => progress.push(count) },
  );
  expect(progress).toEqual([1, 2]);
  const names = async (filter: Parameters<typeof listSites>[1]) =>
    (await listSites({ database }, filter)).map(({ name }) => name);
  expect(new Set(await names({}))).toEqual(new Set(["Shop", "blog"]));
  expect(await names({ enabled: true })).toEqual(["Shop"]);
  expect(await names({ enabled: false })).toEqual(["blog"]);
  expect(await names({ search: "SHOP.ex" })).toEqual(["Shop"]);
  await removeSite({ database }, "Shop");
  expect(await names({})).toEqual(["blog"]);
  await expect(removeSite({ database }, "Shop")).rejects.toThrow(FailureError);
});

test("of several sites none is saved when one can't be checked", async () => {
  const { database } = await openResources();
  const sites = [aSite(), aSite({ name: "shop", regexp: "a(b" })];
  const saving = saveSites({ database, checker }, { sites });
  await expect(saving).rejects.toThrow(UsageError);
  await expect(saving).rejects.toThrow(/^regexp of shop is "a\(b": /);
  expect(await listSites({ database }, {})).toEqual([]);
});
