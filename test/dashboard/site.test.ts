// The page of a site, as a person uses it in a browser.
import type { Page } from "playwright-core";
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
import { aServer, type TestServer } from "../harness/server.ts";
import { aSite } from "../services/postgres/repository/ground.ts";
import { pretendKnownForDays, signIn } from "./ground.ts";

const minuteMs = 60_000;
const timings = { dnsMs: 5, connectMs: 10, tlsMs: 20, firstByteMs: 100, downloadMs: 15, totalMs: 150 };

let server: TestServer;
let browser: TestBrowser;
const shop = aSite({ name: "Shop", regexp: "Add to cart", tags: ["production"] });

beforeAll(async () => {
  [server, browser] = await Promise.all([aServer(), startBrowser()]);
  await server.database.sites.save([shop]);
  await pretendKnownForDays(server, 3);
  const results = Array.from({ length: 90 }, (_, index) => resultOf(shop, index + 5));
  await server.database.results.record(
    results.map((result, index) =>
      index === 10
        ? {
            ...result,
            verdict: "down" as const,
            statusCode: 503,
            error: { code: "status_unexpected" as const, message: "status 503 is not one of 200-399" },
            failedExpectations: [{ expectation: "status", expected: "200-399", found: "503" }],
          }
        : result,
    ),
  );
});

afterEach(async () => {
  for (const context of browser.browser.contexts()) await context.close();
});

afterAll(async () => {
  await browser.close();
  await server.close();
});

function resultOf({ id, url }: Site, minutesAgo: number, given: Partial<CheckResult> = {}): CheckResult {
  const slot = new Date((Math.floor(Date.now() / minuteMs) - minutesAgo) * minuteMs).toISOString();
  return aResult({ siteId: id, url, slot, checkedAt: slot, responseTimeMs: 150, timings, ...given });
}

async function look(path = "", options: Parameters<TestBrowser["open"]>[0] = {}): Promise<Page> {
  const page = await browser.open(options);
  await page.goto(`${server.url}/sites/${shop.id}${path}`);
  await page.getByRole("heading", { name: "Shop", exact: true }).waitFor();
  return page;
}

const graphOf = (page: Page) => page.getByRole("img", { name: /^Response time by phase/ });

test("a person zooms by dragging, and the address shows the same range to whoever opens it", async () => {
  const page = await look("?range=6h");
  await graphOf(page).locator("canvas").waitFor();
  const box = await graphOf(page).boundingBox();
  if (box === null) throw new Error("the graph is not shown");
  await page.mouse.move(box.x + box.width * 0.4, box.y + 60);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.7, box.y + 60, { steps: 5 });
  await page.mouse.up();
  await page.waitForURL(/[?&]from=.*&to=/);
  const { searchParams } = new URL(page.url());
  const [from, to] = [searchParams.get("from"), searchParams.get("to")].map((text) => Date.parse(text ?? ""));
  expect((to ?? 0) - (from ?? 0)).toBeGreaterThan(60 * minuteMs);
  expect((to ?? 0) - (from ?? 0)).toBeLessThan(3 * 60 * minuteMs);
  const other = await browser.open();
  await other.goto(page.url());
  const shown = (text: string | null) => text?.split(" · ")[0];
  const rangeText = page.getByText(/drag to zoom/).locator("..");
  const otherText = other.getByText(/drag to zoom/).locator("..");
  await graphOf(other).waitFor();
  expect(shown(await otherText.textContent())).toBe(shown(await rangeText.textContent()));
});

test("the graph is moved and zoomed by keys", async () => {
  const page = await look("?range=6h");
  await page.getByRole("group", { name: /left and right arrows/ }).focus();
  await page.keyboard.press("+");
  await page.waitForURL(/from=/);
  const before = new URL(page.url()).searchParams.get("from") ?? "";
  await page.keyboard.press("ArrowLeft");
  await page.waitForURL((url) => (url.searchParams.get("from") ?? "") < before);
});

test("a person opens the failed result and reads what was expected and found", async () => {
  const page = await look();
  await page.getByRole("group", { name: "Filter by verdict" }).getByRole("button", { name: "Down" }).click();
  await page.waitForURL(/verdict=down/);
  await page.getByRole("button", { name: /^Down.*503/ }).click();
  await page.getByText("Found", { exact: true }).waitFor();
  await page.getByText("200-399", { exact: true }).first().waitFor();
});

test("a new result appears without a reload", async () => {
  const page = await look();
  await page.getByText("Live", { exact: true }).waitFor();
  await server.database.results.record([
    resultOf(shop, 1, { responseTimeMs: 4321, statusCode: 418, timings: null }),
  ]);
  await page.getByRole("button", { name: /418/ }).waitFor();
});

test("a person who may not change anything is told to sign in, and sees no button that would fail", async () => {
  const page = await look();
  await page.getByRole("link", { name: "Sign in to change this site" }).waitFor();
  expect(await page.getByRole("button", { name: "Check now" }).count()).toBe(0);
  expect(await page.getByRole("link", { name: "Edit" }).count()).toBe(0);
});

test("a person pauses a site, deletes it, and takes the delete back", async () => {
  const page = await browser.open();
  await signIn(page, server, { role: "editor" });
  const other = aSite({ name: "Blog" });
  await server.database.sites.save([other]);
  await page.goto(`${server.url}/sites/${other.id}`);
  const choose = async (name: string) => {
    await page.getByRole("button", { name: "More actions" }).click();
    await page.getByRole("menuitem", { name }).click();
  };
  await choose("Pause");
  await page.getByText("Paused", { exact: true }).waitFor();
  await choose("Delete");
  await page.getByText("Deleted Blog").waitFor();
  await page.getByRole("button", { name: "Undo" }).click();
  await page.getByRole("link", { name: "Blog" }).first().waitFor();
  expect(errorsOf(page)).toEqual([]);
});

test("the same settings are there as YAML to copy", async () => {
  const page = await look();
  await page.getByRole("button", { name: "More actions" }).click();
  await page.getByRole("menuitem", { name: "Show as YAML" }).click();
  await page.getByText(/regexp: Add to cart/).waitFor();
  await expectAccessible(page);
});

for (const viewport of ["desktop", "phone"] as const) {
  for (const theme of ["light", "dark"] as const) {
    test(`everyone can use the page on a ${viewport} in the ${theme} theme`, async () => {
      const page = await look("", { viewport, theme });
      await graphOf(page).locator("canvas").waitFor();
      await page.getByRole("heading", { name: /by day$/ }).waitFor();
      await page.getByText("Show older results").waitFor();
      await expectAccessible(page);
      await expectNoSidewaysScroll(page);
      expect(errorsOf(page)).toEqual([]);
    });
  }
}
