// Only `up` and `migrate` create tables and the embedded database's folder.
import { existsSync } from "node:fs";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { aWebsite } from "../../harness/servers/website.ts";
import { sharedPostgres } from "../../harness/shared.ts";
import { sitewire, startSitewire } from "../../harness/sitewire.ts";
import { removeFolder, temporaryFolder } from "../../harness/temporary-folder.ts";
import { plainSql } from "../../services/postgres/ground.ts";

async function emptyDatabase() {
  const folder = await temporaryFolder("opening");
  const database = await sharedPostgres().createDatabase();
  onTestFinished(async () => {
    await database.drop();
    await removeFolder(folder);
  });
  return { folder, environment: { DATABASE_URL: database.url }, url: database.url };
}

const commands = [
  ["status"],
  ["sites", "list"],
  ["sites", "add", "https://example.org/"],
  ["results"],
  ["outbox", "list"],
  ["dead-letters", "list"],
] as const;

test.for(commands)("%s creates no tables and says which command does", async (args) => {
  const { folder, environment, url } = await emptyDatabase();
  const ended = await sitewire(args, { folder, environment });
  expect(ended).toMatchObject({ code: 1, stdout: "" });
  expect(ended.stderr).toMatch(/^sitewire: database PostgreSQL .* has no tables .*run: sitewire migrate$/);
  const sql = await plainSql(url);
  expect(await sql("SELECT 1 FROM pg_class WHERE relnamespace = 'public'::regnamespace")).toEqual([]);
});

test.for(commands)("%s with a mistyped --data creates no folder", async (args) => {
  const folder = await temporaryFolder("typo");
  onTestFinished(() => removeFolder(folder));
  const ended = await sitewire([...args, "--data", "./typo"], { folder });
  expect(ended).toMatchObject({ code: 1, stdout: "" });
  expect(ended.stderr).toMatch(/^sitewire: there is no embedded database in .\/typo; .*sitewire migrate/);
  expect(existsSync(path.join(folder, "typo"))).toBe(false);
});

test("a monitor waits for the tables, saying so once, and begins when they are there", async () => {
  const { folder, environment } = await emptyDatabase();
  const website = await aWebsite();
  onTestFinished(() => website.goAway());
  const monitor = startSitewire(["monitor", website.url, "--every", "1s"], { folder, environment });
  await monitor.line(/run: sitewire migrate/);
  expect(await sitewire(["migrate"], { folder, environment })).toMatchObject({ code: 0 });
  await monitor.line(/"what":"tables".*available again/);
  const ended = await monitor.stop();
  expect(ended.code).toBe(0);
  expect(ended.stderr.match(/run: sitewire migrate/g)).toHaveLength(1);
});
