// Monitors of one place share the sites of the table, and take over from one that dies.
import { afterEach, beforeEach, expect, test } from "vitest";
import { aDeployment, type Deployment } from "../harness/deployment.ts";
import { eventually } from "../harness/eventually.ts";
import { aWebsite, type Website } from "../harness/servers/website.ts";

const SITES = 20;

let deployment: Deployment;
let website: Website;

beforeEach(async () => {
  deployment = await aDeployment();
  website = await aWebsite();
});

afterEach(async () => {
  await deployment.remove();
  await website.goAway();
});

test("two monitors share the sites; when one is killed, the other checks them all", async () => {
  await deployment.run("migrate");
  await deployment.query(
    "INSERT INTO sites (url, interval_ms) SELECT $1 || '?site=' || n, 1000 FROM generate_series(1, $2::integer) AS n",
    [website.url, SITES],
  );
  const checkedSince = async (instant: string): Promise<number> => {
    const [row] = await deployment.query(
      `SELECT count(DISTINCT message_key)::integer AS sites FROM outbox
       WHERE (payload::jsonb->>'slot')::timestamptz > $1`,
      [instant],
    );
    return Number(row?.sites);
  };
  const one = deployment.start("monitor");
  await one.line(/shards of sites assigned.*256|256.*shards of sites assigned/);
  const two = deployment.start("monitor");
  await two.line(/shards of sites assigned.*128|128.*shards of sites assigned/);
  await one.line(/shards of sites assigned.*128|128.*shards of sites assigned/);
  const shared = new Date().toISOString();
  await eventually("all sites are checked by the two", async () => (await checkedSince(shared)) === SITES);

  await one.stop("SIGKILL");
  const killed = new Date().toISOString();
  await eventually("all sites are checked by the one", async () => (await checkedSince(killed)) === SITES, {
    timeoutMs: 30_000,
  });
  expect((await two.stop()).code).toBe(0);
});
