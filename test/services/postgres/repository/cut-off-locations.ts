// A location that is cut off is one incident, and what it sees meanwhile counts for no site.
import { expect, test } from "vitest";
import type { CheckResult } from "../../../../src/contract/checks/check-result.ts";
import type { Site } from "../../../../src/contract/checks/site.ts";
import { aSite, type Ground, resultOf } from "./ground.ts";

export function cutOffLocationTests(ground: Ground): void {
  const slot = (minutesAgo: number): string => resultOf(aSite(), minutesAgo).slot;
  const failed: Partial<CheckResult> = {
    verdict: "down",
    statusCode: null,
    error: { code: "connect_timeout", message: "no answer" },
  };
  const unseen: Partial<CheckResult> = { ...failed, uplinkDown: true };

  async function record(
    sites: readonly Site[],
    location: string,
    minutesAgo: number,
    given: Partial<CheckResult>,
  ): Promise<void> {
    await ground.database.results.record(
      sites.map((site) => ({
        ...resultOf(site, minutesAgo, given),
        siteId: site.id,
        location,
      })),
    );
  }

  const all = () => ground.database.incidents.list({ limit: 1000 });
  const summary = async () =>
    (await all()).map(({ kind, state, siteName, parentId }) => [kind, state, siteName, parentId !== null]);
  const anySite = (index: number) =>
    aSite({ name: `site ${index}`, incident: { quorum: "any" }, url: `https://host-${index}.example/` });

  test("a hundred sites that fail at one location only are one incident", async () => {
    const sites = Array.from({ length: 100 }, (_, index) => anySite(index));
    await ground.database.sites.save(sites);
    for (const minutesAgo of [9, 8]) {
      for (const location of ["ams", "fra"]) await record(sites, location, minutesAgo, {});
    }
    for (const minutesAgo of [7, 6, 5]) {
      await record(sites, "ams", minutesAgo, {});
      await record(sites, "fra", minutesAgo, failed);
    }
    expect(await summary()).toEqual([["location", "open", "location fra", false]]);
    for (const minutesAgo of [4, 3, 2]) {
      for (const location of ["ams", "fra"]) await record(sites, location, minutesAgo, {});
    }
    expect(await summary()).toEqual([["location", "resolved", "location fra", false]]);
    const [incident] = await all();
    expect(incident).toMatchObject({ sinceMs: Date.parse(slot(7)), goodSinceMs: Date.parse(slot(3)) });
  });

  test("an outage of most sites is not taken for the location that reports it first", async () => {
    const sites = Array.from({ length: 10 }, (_, index) => anySite(index));
    await ground.database.sites.save(sites);
    for (const location of ["ams", "fra"]) await record(sites, location, 6, {});
    for (const minutesAgo of [5, 4, 3]) {
      for (const location of ["fra", "ams"]) await record(sites, location, minutesAgo, failed);
    }
    expect((await summary()).map(([kind]) => kind)).toEqual(Array(10).fill("site"));
  });

  test("a location that always reports first is recognised with its second slot", async () => {
    const sites = Array.from({ length: 10 }, (_, index) => anySite(index));
    await ground.database.sites.save(sites);
    for (const minutesAgo of [6, 5, 4, 3]) {
      await record(sites, "fra", minutesAgo, minutesAgo > 4 ? {} : failed);
      await record(sites, "ams", minutesAgo, {});
    }
    expect(await summary()).toEqual([["location", "open", "location fra", false]]);
    expect((await all())[0]).toMatchObject({ sinceMs: Date.parse(slot(4)) });
  });

  test("sites whose incident was open already belong to it", async () => {
    const sites = Array.from({ length: 5 }, (_, index) => anySite(index));
    await ground.database.sites.save(sites);
    for (const location of ["ams", "fra"]) await record(sites, location, 9, {});
    for (const minutesAgo of [7, 6]) {
      await record(sites, "ams", minutesAgo, {});
      // One after the other: the first incidents open before most sites failed.
      for (const site of sites) await record([site], "fra", minutesAgo, failed);
    }
    const incidents = await all();
    expect(incidents.filter(({ kind }) => kind === "location")).toHaveLength(1);
    expect(incidents.filter(({ kind, parentId }) => kind === "site" && parentId === null)).toEqual([]);
  });

  test("sites that are down everywhere are no cut-off location, and neither is one host", async () => {
    const sites = Array.from({ length: 10 }, (_, index) => anySite(index));
    const oneHost = Array.from({ length: 10 }, (_, index) =>
      aSite({ name: `page ${index}`, url: `https://one.example/${index}` }),
    );
    const others = Array.from({ length: 4 }, (_, index) => anySite(100 + index));
    await ground.database.sites.save([...sites, ...oneHost, ...others]);
    for (const minutesAgo of [7, 6]) {
      for (const location of ["ams", "fra"]) {
        await record(sites, location, minutesAgo, failed);
        await record(others, location, minutesAgo, {});
      }
      await record(oneHost, "ams", minutesAgo, {});
      await record(oneHost, "fra", minutesAgo, failed);
    }
    expect((await all()).filter(({ kind }) => kind === "location")).toEqual([]);
  });

  test("a monitor without uplink says so once, and counts for no site", async () => {
    const sites = Array.from({ length: 20 }, (_, index) => anySite(index));
    await ground.database.sites.save(sites);
    await record(sites, "fra", 9, {});
    for (const minutesAgo of [8, 7, 6]) await record(sites, "fra", minutesAgo, unseen);
    expect(await summary()).toEqual([["location", "open", "location fra", false]]);
    expect(await ground.sql("SELECT count(*)::integer AS count FROM check_results")).toEqual([{ count: 20 }]);
    expect(await ground.sql("SELECT sum(down)::integer AS down FROM uptime_hourly")).toEqual([{ down: 0 }]);
    for (const minutesAgo of [4, 3]) await record(sites, "fra", minutesAgo, {});
    expect(await summary()).toEqual([["location", "resolved", "location fra", false]]);
  });

  test("a replay of what a monitor without uplink reported opens nothing again", async () => {
    const sites = [anySite(0)];
    await ground.database.sites.save(sites);
    const replay = async () => {
      await record(sites, "fra", 9, {});
      for (const minutesAgo of [8, 7]) await record(sites, "fra", minutesAgo, unseen);
      for (const minutesAgo of [4, 3]) await record(sites, "fra", minutesAgo, {});
    };
    await replay();
    const once = await all();
    await replay();
    expect(await all()).toEqual(once);
    const told = await ground.sql(
      "SELECT payload::jsonb->>'step' AS step FROM outbox WHERE topic_name = 'sitewire.incidents' ORDER BY id",
    );
    expect(told.map(({ step }) => step)).toEqual(["opened", "resolved"]);
  });
}
