// Rows of sites that somebody wrote by plain SQL: whatever stands in them, the others are read.
import fc from "fast-check";
import pg from "pg";
import { expect, onTestFinished, test } from "vitest";
import { siteSchema } from "../../../../src/contract/checks/site.ts";
import { openPostgres } from "../../../../src/services/postgres/database.ts";
import { sharedPostgres } from "../../../harness/shared.ts";
import { settingsOf } from "../ground.ts";
import { aSite } from "../repository/ground.ts";

interface Warning {
  readonly fields: object;
  readonly message: string;
}

async function openTable() {
  const created = await sharedPostgres().createDatabase();
  const warnings: Warning[] = [];
  const log = {
    debug: () => {},
    info: () => {},
    error: () => {},
    warn: (fields: object, message: string) => void warnings.push({ fields, message }),
  };
  const database = await openPostgres({ settings: settingsOf(created.url), topicPrefix: "sitewire", log });
  const client = new pg.Client({ connectionString: created.url });
  await client.connect();
  onTestFinished(async () => {
    await client.end();
    await database.close();
    await created.drop();
  });
  await database.migrate();
  return { database, client, warnings };
}

const text = fc
  .string({ unit: "grapheme", minLength: 1, maxLength: 20 })
  .filter((value) => !value.includes("\0"));
const options = fc
  .dictionary(
    fc.constantFrom("method", "headers", "tls", "json", "retries", "proxy", "connectTo", "__proto__", "x"),
    fc.jsonValue({ maxDepth: 2, stringUnit: "grapheme" }),
    { maxKeys: 3 },
  )
  .map((value) => JSON.stringify(value).replaceAll("\\u0000", ""));

test("hostile rows are left out and said, and the good one is listed", async () => {
  const { database, client } = await openTable();
  const good = aSite({ name: "good" });
  await database.sites.save([good]);
  await fc.assert(
    fc.asyncProperty(text, text, fc.option(text), options, async (name, url, regexp, json) => {
      await client.query("DELETE FROM sites WHERE id <> $1", [good.id]);
      await client.query("INSERT INTO sites (name, url, regexp, options) VALUES ($1, $2, $3, $4::jsonb)", [
        name,
        url,
        regexp,
        json,
      ]);
      const listed = await database.sites.list();
      expect(listed).toContainEqual(good);
      for (const site of listed) siteSchema.parse(site);
    }),
    { numRuns: 60 },
  );
});

test("many rows with one fault are one line, with their number and the column, and no value", async () => {
  const { database, client, warnings } = await openTable();
  await client.query(
    `INSERT INTO sites (url, options)
     SELECT 'https://' || i || '.example/', '{"tls": {"key": ["hunter2"]}}' FROM generate_series(1, 50) AS i`,
  );
  expect(await database.sites.list()).toEqual([]);
  await database.sites.list();
  expect(warnings).toHaveLength(1);
  expect(warnings[0]?.fields).toMatchObject({
    sites: 50,
    reason: expect.stringMatching(/options\.tls\.key must be/),
  });
  expect(JSON.stringify(warnings)).not.toContain("hunter2");
});
