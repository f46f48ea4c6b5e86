import { expect, onTestFinished, test } from "vitest";
import { defineSite, type Site } from "../../../src/contract/checks/site.ts";
import { UnavailableError } from "../../../src/core/failures.ts";
import { SharedSites, type SiteShards } from "../../../src/core/scheduling/shared-sites.ts";
import { HeldClock } from "../../harness/held-clock.ts";

const LEASE_MS = 6000;
const log = { debug() {}, info() {}, warn() {}, error() {} };
const siteOfShard = (shard: number) => defineSite({ url: `https://site-${shard}.example/` });

/** A monitor's share of what the test says it is leased. */
function aMonitor() {
  const clock = new HeldClock(0);
  const monitor = {
    clock,
    leased: [0, 1, 2, 3] as readonly number[],
    down: false,
    changes: 0,
    released: false,
    version: "1",
    reads: 0,
  };
  const shards: SiteShards = {
    async lease() {
      if (monitor.down) throw new UnavailableError("no database");
      return monitor.leased;
    },
    async release() {
      monitor.released = true;
    },
    versionsOf: async (asked) => new Map(asked.map((shard) => [shard, monitor.version])),
    async sitesOf(asked) {
      monitor.reads += 1;
      return asked.map(siteOfShard);
    },
    onChanged() {},
  };
  const sites = new SharedSites({ shards, clock, log, owner: "one", leaseMs: LEASE_MS });
  const stop = new AbortController();
  sites.onChanged(() => {
    monitor.changes += 1;
  }, stop.signal);
  const keeping = sites.keep(stop.signal);
  const end = async (): Promise<void> => {
    stop.abort();
    await keeping;
  };
  onTestFinished(end);
  const read = async (): Promise<readonly Site[]> => {
    const read: Site[] = [];
    for await (const group of sites.read()) read.push(...group.sites);
    return read;
  };
  return Object.assign(monitor, { sites: { read }, end });
}

test("a monitor has the sites of the shards it leases, and says when they change", async () => {
  const monitor = aMonitor();
  expect(await monitor.sites.read()).toEqual([]);
  await monitor.clock.pass(1);
  expect(await monitor.sites.read()).toEqual([0, 1, 2, 3].map(siteOfShard));
  expect(monitor.changes).toBe(1);
  monitor.leased = [0, 1, 2, 3, 7];
  await monitor.clock.pass(LEASE_MS);
  expect(await monitor.sites.read()).toEqual([0, 1, 2, 3, 7].map(siteOfShard));
  expect(monitor.changes).toBe(2);
});

test("what it has to hand over it checks until its lease ends, so that no slot goes unchecked", async () => {
  const monitor = aMonitor();
  await monitor.clock.pass(1);
  monitor.leased = [0, 1];
  await monitor.clock.pass(LEASE_MS - 100);
  expect(await monitor.sites.read()).toHaveLength(4);
  await monitor.clock.pass(100);
  expect(await monitor.sites.read()).toEqual([0, 1].map(siteOfShard));
});

test("while the database can't be asked it keeps what it has, whatever the lease says", async () => {
  const monitor = aMonitor();
  await monitor.clock.pass(1);
  monitor.down = true;
  await monitor.clock.pass(10 * LEASE_MS);
  expect(await monitor.sites.read()).toHaveLength(4);
});

test("told to stop, it gives its shards back", async () => {
  const monitor = aMonitor();
  await monitor.clock.pass(1);
  expect(monitor.released).toBe(false);
  await monitor.end();
  expect(monitor.released).toBe(true);
});

test("a shard in which nothing has changed is not read again", async () => {
  const monitor = aMonitor();
  await monitor.clock.pass(1);
  await monitor.sites.read();
  expect(monitor.reads).toBe(4);
  expect(await monitor.sites.read()).toHaveLength(4);
  expect(monitor.reads).toBe(4);
  monitor.version = "2";
  await monitor.sites.read();
  expect(monitor.reads).toBe(8);
});
