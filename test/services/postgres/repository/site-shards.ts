import { expect, test } from "vitest";
import { aSite, type Ground } from "./ground.ts";

const LONG_MS = 60_000;
const SITES = 60;

export function siteShardTests(ground: Ground): void {
  const shards = (location = "here") => ground.database.siteShards(location);
  const sitesOf = async (owner: string): Promise<readonly string[]> => {
    const found = await shards().sitesOf(await shards().lease(owner, LONG_MS));
    return found.map(({ id }) => id);
  };

  test("monitors of one place share its sites, each site once", async () => {
    const sites = Array.from({ length: SITES }, () => aSite());
    await ground.database.sites.save(sites);
    expect(await sitesOf("one")).toHaveLength(SITES);
    expect(await sitesOf("two")).toEqual([]);
    await sitesOf("one");
    // As if the leases that the first one has not renewed had run out.
    await ground.sql(
      "UPDATE leases SET expires_at = now() WHERE shard NOT IN (SELECT generate_series(0, 127))",
    );
    const two = await sitesOf("two");
    const one = await sitesOf("one");
    expect(one.length).toBeGreaterThan(0);
    expect(two.length).toBeGreaterThan(0);
    expect([...one, ...two].sort()).toEqual(sites.map(({ id }) => id).sort());
  });

  test("another place has all sites for itself, and disabled ones nobody has", async () => {
    await ground.database.sites.save([aSite(), aSite(), aSite({ enabled: false })]);
    expect(await sitesOf("one")).toHaveLength(2);
    expect(await shards("there").sitesOf(await shards("there").lease("three", LONG_MS))).toHaveLength(2);
  });

  test("what a monitor gives back, another has at once", async () => {
    await ground.database.sites.save([aSite(), aSite()]);
    await sitesOf("one");
    await shards().release("one");
    expect(await sitesOf("two")).toHaveLength(2);
  });
}
