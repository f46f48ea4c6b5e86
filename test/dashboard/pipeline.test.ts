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
async function parkRow(key: string): Promise<void> {
  const client = new pg.Client({ connectionString: server.databaseUrl });
  await client.connect();
  await client.query(
    `INSERT INTO outbox (topic_name, message_key, payload, parked_at, park_code, park_reason)
     VALUES ('orders', $1, 'x', now(), 'MESSAGE_TOO_LARGE', 'the record is too large')`,
    [key],
  );
  await client.end();
}

beforeAll(async () => {
  await ensureDashboardBuilt();
  [server, browser] = await Promise.all([aServer(), startBrowser()]);
  await parkRow("order-7");
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
  expect(await page.getByRole("button", { name: /again|Discard/ }).count()).toBe(0);
  expect(errorsOf(page)).toEqual([]);
  await page.context().close();
});

test("an editor reads why rows are parked, discards one, and has the other published again", async () => {
  await parkRow("order-8");
  const page = await browser.open();
  await signIn(page, server, { role: "editor" });
  await page.goto(`${server.url}/pipeline`);
  const rows = page.getByRole("list", { name: "2 parked rows" }).getByRole("listitem");
  await rows.first().getByText("MESSAGE_TOO_LARGE: the record is too large").waitFor();
  await rows.filter({ hasText: "order-8" }).getByRole("button", { name: "Discard" }).click();
  await expectAccessible(page);
  await page.getByRole("dialog").getByRole("button", { name: "Discard" }).click();
  await page.getByRole("heading", { name: "1 parked row" }).waitFor();
  await page.getByText("order-7").waitFor();
  await page.getByRole("button", { name: "Publish all again" }).click();
  await page.getByRole("heading", { name: "1 parked row" }).waitFor({ state: "detached" });
  // What arrives while the page is open appears by itself.
  await parkRow("order-9");
  await page.getByText("order-9").waitFor();
  expect(errorsOf(page)).toEqual([]);
  await page.context().close();
});
