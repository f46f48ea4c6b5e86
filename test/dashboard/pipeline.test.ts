// The pipeline as an administrator sees it: what flows, and what got stuck, which is let go from here.
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  errorsOf,
  expectAccessible,
  expectNoSidewaysScroll,
  startBrowser,
  type TestBrowser,
} from "../harness/browser/browser.ts";
import { ensureDashboardBuilt } from "../harness/browser/dashboard-build.ts";
import { aServer, type TestServer } from "../harness/server.ts";
import { signIn } from "./ground.ts";

let server: TestServer;
let browser: TestBrowser;

/** A row that its topic refused, as the relay parks it. */
async function parkRow(): Promise<void> {
  const client = new pg.Client({ connectionString: server.databaseUrl });
  await client.connect();
  await client.query(
    `INSERT INTO outbox (topic_name, message_key, payload, parked_at, park_code, park_reason)
     VALUES ('orders', 'order-7', 'x', now(), 'MESSAGE_TOO_LARGE', 'the record is too large')`,
  );
  await client.end();
}

beforeAll(async () => {
  await ensureDashboardBuilt();
  [server, browser] = await Promise.all([aServer(), startBrowser()]);
  await parkRow();
});

afterAll(async () => {
  await Promise.all([browser.close(), server.close()]);
});

test.for([
  ["desktop", "light"],
  ["phone", "dark"],
] as const)("can be read by everybody, on a %s in the %s theme", async ([viewport, theme]) => {
  const page = await browser.open({ viewport, theme });
  await page.goto(`${server.url}/pipeline`);
  await page.getByRole("heading", { name: "Outbox" }).waitFor();
  await page.getByRole("heading", { name: "1 parked row" }).waitFor();
  await expectAccessible(page);
  await expectNoSidewaysScroll(page);
  expect(await page.getByRole("button", { name: "Publish again" }).count()).toBe(0);
  expect(errorsOf(page)).toEqual([]);
  await page.context().close();
});

test("an administrator reads why a row is parked, and has it published again", async () => {
  const page = await browser.open();
  await signIn(page, server);
  await page.goto(`${server.url}/pipeline`);
  await page.getByText("MESSAGE_TOO_LARGE: the record is too large").waitFor();
  await page.getByRole("button", { name: "Publish again" }).click();
  await page.getByRole("heading", { name: "1 parked row" }).waitFor({ state: "detached" });
  expect(errorsOf(page)).toEqual([]);
  await page.context().close();
});
