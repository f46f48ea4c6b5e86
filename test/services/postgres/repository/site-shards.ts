import { expect, test } from "vitest";
import type { Site } from "../../../../src/contract/checks/site.ts";
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

  test("a shard has another version after any change of its sites, however it was made, and no other shard has", async () => {
    const changed = aSite();
    const shardOf = ({ id }: Site): number => Number.parseInt(id.slice(-2), 16);
    const shard = shardOf(changed);
    // Alone in its shard: removing a disabled site changes nothing for the others of a shard.
    const others = Array.from({ length: 20 }, () => aSite()).filter((site) => shardOf(site) !== shard);
    await ground.database.sites.save([changed, ...others]);
    const held = await shards().lease("one", LONG_MS);
    let before = await shards().versionsOf(held);
    expect(await shards().versionsOf(held)).toEqual(before);
    for (const statement of [
      "UPDATE sites SET options = options WHERE id = $1",
      "UPDATE sites SET enabled = false WHERE id = $1",
      "DELETE FROM sites WHERE id = $1",
    ]) {
      await ground.sql(statement, [changed.id]);
      const after = await shards().versionsOf(held);
      expect(after.get(shard)).not.toBe(before.get(shard) ?? "none");
      expect([...after].filter(([other]) => other !== shard)).toEqual(
        [...before].filter(([other]) => other !== shard),
      );
      before = new Map(after).set(shard, after.get(shard) ?? "gone");
    }
  });

  test("sites with equal options and patterns share them in memory", async () => {
    const regexp = "All [a-z]+ operational";
    const options = { expectedStatus: "200", retries: 1 };
    await ground.database.sites.save([aSite({ regexp, options }), aSite({ regexp, options })]);
    const [one, other] = await shards().sitesOf(await shards().lease("one", LONG_MS));
    expect(one?.options).toEqual(options);
    expect(one?.options).toBe(other?.options);
  });
}
