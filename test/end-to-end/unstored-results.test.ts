// What a monitor could not store before it ended is stored by the next one: not lost, and not doubled.
import { readdir } from "node:fs/promises";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { aDeployment } from "../harness/deployment.ts";
import { eventually } from "../harness/eventually.ts";
import { startTcpProxy } from "../harness/servers/tcp-proxy.ts";
import { aWebsite } from "../harness/servers/website.ts";
import { sharedPostgres } from "../harness/shared.ts";

test("a monitor that is told to stop while its database is away keeps its results for the next one", async () => {
  const created = await sharedPostgres().createDatabase();
  onTestFinished(() => created.drop());
  const url = new URL(created.url);
  const proxy = await startTcpProxy({ targetHost: url.hostname, targetPort: Number(url.port) });
  onTestFinished(() => proxy.stop());
  url.host = proxy.address;
  const deployment = await aDeployment({ databaseUrl: url.href });
  onTestFinished(() => deployment.remove());
  const website = await aWebsite();
  onTestFinished(() => website.goAway());
  expect((await deployment.run("migrate")).code).toBe(0);
  const stored = async (): Promise<readonly string[]> => {
    const rows = await deployment.query("SELECT payload::jsonb ->> 'slot' AS slot FROM outbox ORDER BY id");
    return rows.map(({ slot }) => String(slot));
  };

  const first = deployment.start("monitor", website.url, "--every", "1s");
  await eventually("results are stored", async () => (await stored()).length > 1);
  proxy.cut();
  const requests = website.requests;
  await eventually("checks go on without a database", () => website.requests > requests + 3);
  const ended = await first.stop();
  expect(ended.code).toBe(0);
  expect(ended.stderr).toContain("results kept on disk until the next start");
  const folder = path.join(deployment.folder, ".sitewire", "unstored-results");
  expect(await readdir(folder)).toHaveLength(1);

  proxy.heal();
  const before = (await stored()).length;
  const second = deployment.start("monitor");
  await second.line(/results of an earlier run stored/);
  const slots = await stored();
  expect(slots.length).toBeGreaterThan(before + 2);
  expect(new Set(slots).size).toBe(slots.length);
  expect(await readdir(folder)).toEqual([]);
  expect((await second.stop()).code).toBe(0);
});
