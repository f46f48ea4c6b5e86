// Incidents, as the person on duty uses them in a browser.
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
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
let server: TestServer;
let browser: TestBrowser;
const bank = aSite({ name: "Bank", tags: ["production"] });

beforeAll(async () => {
  [server, browser] = await Promise.all([aServer(), startBrowser()]);
  await server.database.sites.save([bank]);
  await pretendKnownForDays(server, 1);
  await fail(0);
  await fail(1);
});

afterEach(async () => {
  for (const context of browser.browser.contexts()) await context.close();
});

afterAll(async () => {
  await browser.close();
  await server.close();
});

/** Slots follow each other without a gap, however long the tests take. */
const firstSlotMs = Math.floor(Date.now() / minuteMs - 15) * minuteMs;
const slotOf = (number: number) => new Date(firstSlotMs + number * minuteMs).toISOString();

async function fail(slotNumber: number): Promise<void> {
  const slot = slotOf(slotNumber);
  await server.database.results.record([
    aResult({
      siteId: bank.id,
      url: bank.url,
      slot,
      checkedAt: slot,
      verdict: "down",
      statusCode: 503,
      error: { code: "status_unexpected", message: "status 503 is not one of 200-399" },
      failedExpectations: [{ expectation: "status", expected: "200-399", found: "503" }],
    }),
  ]);
}

async function recover(slotNumber: number): Promise<void> {
  const slot = slotOf(slotNumber);
  await server.database.results.record([aResult({ siteId: bank.id, url: bank.url, slot, checkedAt: slot })]);
}

for (const viewport of ["desktop", "phone"] as const) {
  for (const theme of ["light", "dark"] as const) {
    test(`everyone can read incidents on a ${viewport} in the ${theme} theme`, async () => {
      const page = await browser.open({ viewport, theme });
      await page.goto(`${server.url}/incidents`);
      await page.getByRole("link", { name: /Bank/ }).waitFor();
      await expectAccessible(page);
      await expectNoSidewaysScroll(page);
      await page.getByRole("link", { name: /Bank/ }).click();
      await page.getByRole("heading", { name: /503/ }).waitFor();
      await page.getByRole("img", { name: /^Response time by phase/ }).waitFor();
      await expectAccessible(page);
      await expectNoSidewaysScroll(page);
      expect(errorsOf(page)).toEqual([]);
    });
  }
}

test("a filter in the address shows only what it names", async () => {
  const page = await browser.open();
  await page.goto(`${server.url}/incidents?tag=staging`);
  await page.getByText("No incident matches").waitFor();
  await page.getByRole("combobox", { name: "Tag" }).selectOption("production");
  await page.waitForURL(/tag=production/);
  await page.getByRole("link", { name: /Bank/ }).waitFor();
});

test("the person on duty acknowledges with a note, sees the recovery live, and writes a post-mortem", async () => {
  const page = await browser.open();
  await signIn(page, server, { name: "Grace Hopper", role: "editor" });
  await page.goto(`${server.url}/incidents`);
  await page.getByRole("link", { name: /Bank/ }).click();
  await page.getByText("Found", { exact: true }).first().waitFor();
  await page.getByRole("button", { name: "Acknowledge" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Note").fill("Rolling back the release.");
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Acknowledge" }).click();
  await page.getByText("Acknowledged by Grace Hopper").first().waitFor();
  await page.getByText("Rolling back the release.").waitFor();

  await recover(2);
  await recover(3);
  await page.getByText("Resolved", { exact: true }).first().waitFor();

  await page.getByRole("button", { name: "Write one" }).click();
  await page
    .getByLabel("Post-mortem", { exact: true })
    .fill("## Cause\n\nA **full** disk.\n\n<img src=x onerror=alert(1)>\n\n[run](javascript:alert(1))");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByLabel("Post-mortem", { exact: true }).waitFor({ state: "detached" });
  await page.getByRole("heading", { name: "Cause" }).waitFor();
  await page.getByText("<img src=x onerror=alert(1)>").waitFor();
  expect(await page.locator("main img[src]").count()).toBe(0);
  expect(await page.getByText("run", { exact: true }).getAttribute("href")).not.toContain("javascript");
  expect(errorsOf(page)).toEqual([]);
});
