// A database that is read-only for a while, as one is in the middle of a failover.
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { aDeployment, type Deployment } from "../harness/deployment.ts";
import { eventually } from "../harness/eventually.ts";
import { freePorts } from "../harness/free-ports.ts";
import { aWebsite, type Website } from "../harness/servers/website.ts";
import { startSitewire } from "../harness/sitewire.ts";

let deployment: Deployment;
let website: Website;

beforeAll(async () => {
  deployment = await aDeployment();
  website = await aWebsite();
});

afterAll(async () => {
  await website.goAway();
  await deployment.remove();
});

async function startApps(): Promise<readonly (() => Promise<number>)[]> {
  const commands = [["monitor", website.url, "--every", "1s"], ["relay"], ["consume"]];
  const ports = await freePorts(commands.length);
  return commands.map((command, index) => {
    const HEALTH_ADDRESS = `127.0.0.1:${ports[index]}`;
    const app = startSitewire(command, {
      folder: deployment.folder,
      environment: { ...deployment.environment, HEALTH_ADDRESS },
    });
    onTestFinished(async () => {
      expect((await app.stop()).code).toBe(0);
      const told = app.stderr.filter((line) => /read-only.*dependency unavailable/.test(line));
      expect(told.length, app.stderr.join("\n")).toBeLessThan(2);
    });
    return async () => (await fetch(`http://${HEALTH_ADDRESS}/readyz`)).status;
  });
}

async function readOnly(on: boolean): Promise<void> {
  const database = new URL(deployment.databaseUrl).pathname.slice(1);
  await deployment.query(`BEGIN READ WRITE;
    ALTER DATABASE ${database} SET default_transaction_read_only = ${on ? "on" : "off"};
    COMMIT`);
  if (!on) return;
  await deployment.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = '${database}' AND application_name = 'sitewire'`);
}

test("no app is ready while the database is read-only; then all go on, and every slot is recorded", async () => {
  expect((await deployment.run("migrate")).code).toBe(0);
  const readiness = await startApps();
  const all = (status: number) => async () => {
    const statuses = await Promise.all(readiness.map((ask) => ask()));
    return statuses.every((each) => each === status);
  };
  const recorded = async (): Promise<number> => {
    const [row] = await deployment.query("SELECT count(*)::integer AS count FROM check_results");
    return Number(row?.count);
  };
  await eventually("results are recorded", async () => (await recorded()) > 1, { timeoutMs: 60_000 });
  await eventually("all are ready", all(200), { timeoutMs: 20_000 });
  await readOnly(true);
  await eventually("none is ready", all(503), { timeoutMs: 20_000 });
  await readOnly(false);
  const before = await recorded();
  await eventually("all are ready again", all(200), { timeoutMs: 20_000 });
  await eventually("recording goes on", async () => (await recorded()) > before + 2, { timeoutMs: 20_000 });
  const [gaps] = await deployment.query(`
    SELECT count(*)::integer AS count FROM (
      SELECT slot - lag(slot) OVER (PARTITION BY site_id ORDER BY slot) AS step FROM check_results
    ) AS steps WHERE step <> interval '1 second'`);
  expect(gaps).toEqual({ count: 0 });
}, 180_000);
