// The list of sites and the wall, as a person uses them in a browser.
import type { Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { CheckResult } from "../../src/contract/checks/check-result.ts";
import type { Site } from "../../src/contract/checks/site.ts";
import { aResult } from "../contract/a-result.ts";
import {
  errorsOf,
  expectAccessible,
  expectNoSidewaysScroll,
  startBrowser,
  type TestBrowser,
} from "../harness/browser/browser.ts";
import { eventually } from "../harness/eventually.ts";
import { aServer, type TestServer } from "../harness/server.ts";
import { aSite } from "../services/postgres/repository/ground.ts";
import { pretendKnownForDays, signIn } from "./ground.ts";

let server: TestServer;
let browser: TestBrowser;
const timedOut = { code: "connect_timeout", message: "no answer within 10 s" } as const;

const shops = Array.from({ length: 36 }, (_, index) =>
  aSite({
    name: `Shop ${index + 1}`,
    url: `https://shop-${index + 1}.example/`,
    intervalMs: 3_600_000,
    tags: index % 3 === 0 ? ["eu", "shop"] : ["us"],
  }),
);
const [first, second] = shops as [Site, Site];
const bank = aSite({ name: "Bank", url: "https://bank.example/login", intervalMs: 3_600_000 });

beforeAll(async () => {
  [server, browser] = await Promise.all([aServer(), startBrowser()]);
  await server.database.sites.save([...shops, bank]);
  await pretendKnownForDays(server, 2);
  await server.database.results.record(shops.map((site) => resultOf(site, 2)));
  await record(bank, 1, { verdict: "down", statusCode: null, responseTimeMs: null, error: timedOut });
});

afterEach(async () => {
  for (const context of browser.browser.contexts()) await context.close();
});

afterAll(async () => {
  await browser.close();
  await server.close();
});

function resultOf({ id, url }: Site, minutesAgo: number, given: Partial<CheckResult> = {}): CheckResult {
  const slot = new Date((Math.floor(Date.now() / 60_000) - minutesAgo) * 60_000).toISOString();
  return aResult({
    siteId: id,
    url,
    slot,
    checkedAt: new Date().toISOString(),
    responseTimeMs: 80,
    ...given,
  });
}

async function record(site: Site, minutesAgo: number, given: Partial<CheckResult> = {}): Promise<void> {
  await server.database.results.record([resultOf(site, minutesAgo, given)]);
}

async function look(path = "/", options: Parameters<TestBrowser["open"]>[0] = {}): Promise<Page> {
  const page = await browser.open(options);
  await page.goto(server.url + path);
  await page.getByText("Bank").first().waitFor();
  return page;
}

const rowOf = (page: Page, name: string): Locator =>
  page.getByRole("row").filter({ has: page.getByRole("link", { name, exact: true }) });

async function namesOf(page: Page): Promise<readonly string[]> {
  return page.getByRole("row").getByRole("link").allTextContents();
}

test("the sites and the wall are accessible, fit their window and break no rule, at both widths in both themes", async () => {
  for (const viewport of ["desktop", "phone"] as const) {
    for (const theme of ["light", "dark"] as const) {
      const page = await look("/", { viewport, theme });
      for (const path of ["/?group=tag", "/wall"]) {
        await page.goto(server.url + path);
        await page.getByText("Shop 1", { exact: true }).first().waitFor();
        await expectAccessible(page);
        await expectNoSidewaysScroll(page);
      }
      expect(errorsOf(page)).toEqual([]);
      await page.context().close();
    }
  }
});

test("at 1440 x 900 at least 25 sites are in view, the one that is down first, with the reason", async () => {
  const page = await look();
  const rows = await page.getByRole("row").all();
  const boxes = await Promise.all(rows.map((row) => row.boundingBox()));
  expect(boxes.filter((box) => box !== null && box.y + box.height <= 900).length).toBeGreaterThan(25);
  expect((await namesOf(page))[0]).toBe("Bank");
  const bankRow = await rowOf(page, "Bank").textContent();
  expect(bankRow).toContain("Down");
  expect(bankRow).toContain(timedOut.message);
});

test("who watches sees a site go down and come up again", async () => {
  const page = await look();
  expect(await rowOf(page, "Shop 1").textContent()).toContain("Up");
  await record(first, 1, {
    verdict: "down",
    statusCode: 503,
    error: { code: "status_unexpected", message: "503 instead of 200" },
  });
  await rowOf(page, "Shop 1").getByText("503 instead of 200").waitFor();
  expect((await namesOf(page)).slice(0, 2)).toEqual(["Bank", "Shop 1"]);
  await record(first, 0);
  await rowOf(page, "Shop 1").getByText("Up", { exact: true }).waitFor();
});

test("search, filter and groups are in the address, so that the view can be sent to someone", async () => {
  const page = await look();
  await page.keyboard.press("/");
  await page.keyboard.type("shop 1");
  await eventually("only matching sites are listed", async () =>
    (await namesOf(page)).every((name) => name.includes("1")),
  );
  expect(new URL(page.url()).searchParams.get("q")).toBe("shop 1");
  await page.getByRole("combobox", { name: "Tag" }).selectOption("eu");
  await page.getByRole("combobox", { name: "Group" }).selectOption("tag");
  await page.getByRole("button", { name: "shop", exact: false }).first().waitFor();
  const other = await browser.open();
  await other.goto(page.url());
  await other.getByRole("button", { name: /^eu/ }).waitFor();
  expect(new Set(await namesOf(other))).toEqual(
    new Set(["Shop 1", "Shop 10", "Shop 13", "Shop 16", "Shop 19", "Shop 31"]),
  );
  await page.getByRole("searchbox").fill("nothing is called so");
  await page.getByRole("button", { name: "Clear filters" }).click();
  await page.getByText("No site matches").waitFor({ state: "detached" });
  expect(new URL(page.url()).search).toBe("?group=tag");
});

test("sites chosen with the keyboard are paused at once, and Undo resumes them", async () => {
  const page = await browser.open();
  await signIn(page, server, { role: "editor" });
  await page.goto(`${server.url}/?q=shop+2`);
  await rowOf(page, "Shop 2").waitFor();
  await page.keyboard.press("j");
  await page.keyboard.press("x");
  await page.keyboard.press("j");
  await page.keyboard.press("x");
  const bar = page.getByRole("region", { name: "Change the selected sites" });
  await bar.getByText("2 selected").waitFor();
  await expectAccessible(page);
  await bar.getByRole("button", { name: "Pause" }).click();
  await page.getByText("Paused 2 sites").waitFor();
  await expectAccessible(page);
  await rowOf(page, "Shop 2").getByText("Paused").waitFor();
  await page.getByRole("button", { name: "Undo" }).click();
  await rowOf(page, "Shop 2").getByText("Paused").waitFor({ state: "detached" });
  expect((await server.database.sites.list()).find(({ id }) => id === second.id)?.enabled).toBe(true);
});

test("a deleted site comes back with Undo", async () => {
  const page = await browser.open();
  await signIn(page, server, { role: "editor" });
  await page.goto(`${server.url}/?q=shop+30`);
  await page.getByRole("checkbox", { name: "Select Shop 30" }).check();
  await page.getByRole("button", { name: "Delete" }).click();
  await page.getByText("No site matches").waitFor();
  await page.getByRole("button", { name: "Undo" }).click();
  await rowOf(page, "Shop 30").waitFor();
});

test("who is not signed in is told so instead of being offered changes", async () => {
  const page = await look();
  await page.getByRole("checkbox", { name: "Select Bank" }).check();
  const bar = page.getByRole("region", { name: "Change the selected sites" });
  await bar.getByRole("link", { name: "Sign in to change sites" }).waitFor();
  expect(await bar.getByRole("button", { name: "Delete" }).count()).toBe(0);
});

test("a view is saved under a name and opened again", async () => {
  const page = await look();
  await page.getByRole("button", { name: /^Down/ }).click();
  await page.getByRole("button", { name: "Views" }).click();
  await page.getByRole("menuitem", { name: "Save this view" }).click();
  await page.getByLabel("Name of the view").fill("Trouble");
  await expectAccessible(page);
  await page.getByRole("button", { name: "Save" }).click();
  await page.goto(server.url);
  await rowOf(page, "Shop 2").waitFor();
  await page.getByRole("button", { name: "Views" }).click();
  await page.getByRole("menuitem", { name: "Trouble", exact: true }).click();
  await rowOf(page, "Shop 2").waitFor({ state: "detached" });
  expect(await namesOf(page)).toEqual(["Bank"]);
});

test("the palette leads to a site by name, g and a letter to a page, and ? lists the keys", async () => {
  const page = await look();
  await page.keyboard.press("?");
  await page.getByRole("dialog").getByText("Next row").waitFor();
  await expectAccessible(page);
  await page.keyboard.press("Escape");
  await page.keyboard.press("g");
  await page.keyboard.press("i");
  await page.waitForURL(/\/incidents$/);
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "Command palette" }).waitFor();
  await page.keyboard.type("shop 12");
  await page.getByRole("option", { name: "Shop 12" }).waitFor();
  await expectAccessible(page);
  await page.keyboard.press("Enter");
  await page.waitForURL(new RegExp(`/sites/${shops[11]?.id}$`));
});

test("a German reads German, with numbers and dates as Germans write them", async () => {
  const page = await look("/", { language: "de-DE" });
  await page.getByRole("link", { name: "Vorfälle" }).first().waitFor();
  expect(await rowOf(page, "Bank").textContent()).toContain("Ausgefallen");
  await page.getByRole("button", { name: "Menü" }).click();
  await page.getByRole("menuitemradio", { name: "English" }).click();
  await page.getByRole("link", { name: "Incidents" }).first().waitFor();
});

test("the wall shows what is down in large and all others beside it", async () => {
  const page = await look("/wall");
  await page.getByRole("heading", { name: /trouble/ }).waitFor();
  await page.getByText(timedOut.message).waitFor();
  expect(await page.getByRole("listitem").count()).toBe(1 + shops.length);
});

test("when the server is gone the page says that it may be out of date", async () => {
  const leaving = await aServer({ databaseUrl: server.databaseUrl });
  const page = await browser.open();
  await page.goto(leaving.url);
  await page.getByRole("status").getByText("Live").waitFor();
  await leaving.close();
  await page.getByRole("status").getByText("Reconnecting").waitFor();
  await rowOf(page, "Bank").waitFor();
});
