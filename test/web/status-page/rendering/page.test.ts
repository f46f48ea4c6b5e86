// A status page in Chromium: what its visitors see, with and without scripts, on a desk and on a phone.
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { CheckResult } from "../../../../src/contract/checks/check-result.ts";
import { DAY_MS } from "../../../../src/contract/duration.ts";
import { aResult } from "../../../contract/a-result.ts";
import {
  errorsOf,
  expectAccessible,
  expectNoSidewaysScroll,
  startBrowser,
  type TestBrowser,
} from "../../../harness/browser/browser.ts";
import { eventually } from "../../../harness/eventually.ts";
import { aPublishingServer, type Publishing, shop, vault } from "../publishing.ts";

let server: Publishing;
let browser: TestBrowser;

/** A result an hour for these days back, but for a whole day of gap. */
function history(
  site: { readonly id: string; readonly url: string },
  down: readonly number[],
): CheckResult[] {
  const results = [];
  for (let hoursAgo = 20 * 24; hoursAgo > 0; hoursAgo -= 1) {
    const slotMs = Math.floor(Date.now() / 3_600_000) * 3_600_000 - hoursAgo * 3_600_000;
    const daysAgo = Math.floor(Date.now() / DAY_MS) - Math.floor(slotMs / DAY_MS);
    if (daysAgo === 7) continue;
    const isDown = down.includes(daysAgo) && new Date(slotMs).getUTCHours() < 3;
    results.push(
      aResult({
        siteId: site.id,
        url: site.url,
        slot: new Date(slotMs).toISOString(),
        ...(isDown ? { verdict: "down" as const, statusCode: 503 } : {}),
      }),
    );
  }
  return results;
}

/** As if the sites had been checked once an hour for so long. */
async function sinceDaysAgo(days: number): Promise<void> {
  const client = new pg.Client({ connectionString: server.databaseUrl });
  await client.connect();
  await client.query(
    "UPDATE site_schedules SET valid_from = now() - $1 * interval '1 day', interval_ms = 3600000",
    [days],
  );
  await client.end();
}

beforeAll(async () => {
  [server, browser] = await Promise.all([aPublishingServer(), startBrowser()]);
  await sinceDaysAgo(30);
  await server.database.results.record(history(shop, [3]));
  await server.database.results.record(history(vault, []));
  await server.publish({
    slug: "shop",
    title: "Example Shop",
    description: "How our services are doing.",
    accent: "#0f766e",
    days: 14,
    responseTimes: true,
    groups: [
      {
        name: "Shop",
        sites: [
          { site: "Shop", name: "Storefront" },
          { site: "Vault", name: "Payments" },
        ],
      },
    ],
  });
  await server.publish({
    slug: "laden",
    title: "Beispielladen",
    language: "de",
    groups: [{ sites: [{ site: "Shop", name: "Schaufenster" }] }],
  });
  const notice = await server.database.statusPages.addNotice({
    slug: "shop",
    incidentId: null,
    title: "Payments by card fail",
    impact: "major",
    siteIds: [vault.id],
    state: "investigating",
    text: "We look into it. <script>alert(1)</script>",
    by: "Ann",
  });
  await server.database.statusPages.addUpdate({
    noticeId: notice.id,
    state: "identified",
    text: "It is the bank.",
    by: "Ann",
  });
  await eventually("the page is served", async () => (await server.get("/status/laden")).status === 200);
});

afterAll(async () => {
  await Promise.all([browser.close(), server.close()]);
});

describe.for([
  ["desktop", "light"],
  ["desktop", "dark"],
  ["phone", "light"],
  ["phone", "dark"],
] as const)("on a %s in the %s theme", ([viewport, theme]) => {
  test.for(["/status/shop", "/status/shop/history", "/status/laden"])(
    "%s can be read by everybody, and logs no error",
    async (path) => {
      const page = await browser.open({ viewport, theme });
      await page.goto(server.url + path);
      await expectAccessible(page);
      await expectNoSidewaysScroll(page);
      const heading = await page.locator("h1").boundingBox();
      expect(heading?.x, "text keeps a margin").toBeGreaterThanOrEqual(12);
      expect(heading?.width, "lines stay short enough to read").toBeLessThanOrEqual(760);
      expect(errorsOf(page)).toEqual([]);
      await page.context().close();
    },
  );
});

test("without scripts it says the same", async () => {
  const context = await browser.browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(`${server.url}/status/shop`);
  const text = await page.textContent("body");
  expect(text).toContain("Storefront");
  expect(text).toContain("Payments by card fail");
  expect(text).toContain("It is the bank.");
  expect(text).toMatch(/99\.\d+% up/);
  expect(await page.getAttribute("svg.bars >> nth=0", "aria-label")).toMatch(
    /^Last 14 days: outages on \d+ \w+, 1 day not observed$/,
  );
  await context.close();
});

test("what people write is shown as they wrote it, and runs nothing", async () => {
  const page = await browser.open();
  await page.goto(`${server.url}/status/shop`);
  expect(await page.textContent("main")).toContain("<script>alert(1)</script>");
  await page.context().close();
});

test("the days under the pointer are told, and times are the reader's", async () => {
  const page = await browser.open();
  await page.goto(`${server.url}/status/shop`);
  const bars = page.locator("svg.bars").first();
  const box = await bars.boundingBox();
  // The fourth bar from the right.
  await bars.hover({ position: { x: ((box?.width ?? 0) * 10.5) / 14, y: 10 } });
  expect(await page.locator(".hint").textContent()).toContain("outage");
  const shown = await page.locator(".standing time").textContent();
  const expected = await page.locator(".standing time").getAttribute("datetime");
  const berlin = new Intl.DateTimeFormat("en", { timeStyle: "short", timeZone: "Europe/Berlin" });
  expect(shown).toContain(berlin.format(new Date(expected ?? "")));
  await page.context().close();
});

test("in German it speaks German all the way", async () => {
  const page = await browser.open({ language: "de-DE" });
  await page.goto(`${server.url}/status/laden`);
  expect(await page.textContent("body")).not.toMatch(/Operational|observed|incidents|ago/);
  expect(await page.textContent("body")).toContain("beobachtet");
  await page.context().close();
});

test.each(["desktop", "phone"] as const)(
  "the form to subscribe is for everybody, on a %s",
  async (viewport) => {
    const groups = [{ sites: [{ site: "Shop" }, { site: "Vault" }] }];
    const subscriptions = { email: "mail" };
    const slug = `told-${viewport}`;
    await server.publish({ slug, title: "Shop status", groups, subscriptions });
    await eventually("the page is served", async () => (await server.ask(`/status/${slug}`)).status === 200);
    const page = await browser.open({ viewport, theme: viewport === "phone" ? "dark" : "light" });
    await page.goto(`${server.url}/status/${slug}`);
    await page.click("text=Subscribe");
    await page.click("text=Only some systems");
    await page.check("text=Vault");
    await expectAccessible(page);
    await expectNoSidewaysScroll(page);
    await page.fill("input[type=email]", "ann@reader.example");
    await page.click("button");
    expect(await page.textContent("main")).toContain("One more step");
    await expectAccessible(page);
    expect(errorsOf(page)).toEqual([]);
  },
);
