import { expect, test } from "vitest";
import type { Ground } from "./ground.ts";

const LONG_MS = 60_000;

export function laneTests(ground: Ground): void {
  const lease = async (owner: string, leaseMs = LONG_MS): Promise<readonly number[]> =>
    ground.database.outboxQueue({ afterParked: "wait" }).leaseLanes(owner, leaseMs);
  const release = async (owner: string): Promise<void> =>
    ground.database.outboxQueue({ afterParked: "wait" }).releaseLanes(owner);
  /** As if the leases of an owner had run out. */
  const letRunOut = async (owner: string): Promise<void> => {
    await ground.sql("UPDATE leases SET expires_at = now() - interval '1 second' WHERE owner = $1", [owner]);
  };

  test("one owner holds every lane, and keeps them by asking again", async () => {
    const lanes = await lease("one");
    expect(lanes).toEqual(Array.from({ length: 64 }, (_, lane) => lane));
    expect(await lease("one")).toEqual(lanes);
  });

  test("a second owner gets its share only as the first one's surplus leases run out", async () => {
    await lease("one");
    expect(await lease("two")).toEqual([]);
    const kept = await lease("one");
    expect(kept).toHaveLength(32);
    // What the first gave up is still its own until the lease it had ends.
    expect(await lease("two")).toEqual([]);
    await ground.sql("UPDATE leases SET expires_at = now() WHERE shard <> ALL ($1)", [kept]);
    const taken = await lease("two");
    expect(taken).toHaveLength(32);
    expect(new Set([...kept, ...taken]).size).toBe(64);
    expect(await lease("one")).toEqual(kept);
  });

  test("three owners share all lanes between them", async () => {
    const owners = ["one", "two", "three"];
    for (let round = 0; round < 4; round += 1) {
      for (const owner of owners) {
        await lease(owner);
        await ground.sql(
          `UPDATE leases SET expires_at = now() - interval '1 second'
           WHERE owner = $1 AND expires_at < (SELECT max(expires_at) FROM leases WHERE owner = $1)`,
          [owner],
        );
      }
    }
    const lanes = await Promise.all(owners.map((owner) => lease(owner)));
    expect(lanes.flat().toSorted((a, b) => a - b)).toEqual(Array.from({ length: 64 }, (_, lane) => lane));
    expect(Math.max(...lanes.map(({ length }) => length))).toBe(22);
  });

  test("the lanes of an owner that gives them back are free at once", async () => {
    await lease("one");
    await release("one");
    expect(await lease("two")).toHaveLength(64);
  });

  test("the lanes of an owner that died are free when its leases have run out", async () => {
    await lease("dead");
    expect(await lease("heir")).toEqual([]);
    await letRunOut("dead");
    await ground.sql("UPDATE lease_owners SET expires_at = now() - interval '1 second' WHERE owner = 'dead'");
    expect(await lease("heir")).toHaveLength(64);
  });

  test("giving back what one doesn't hold does nothing", async () => {
    await lease("one");
    await release("two");
    expect(await lease("one")).toHaveLength(64);
  });
}
