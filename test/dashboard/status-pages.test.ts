// Status pages as an editor makes them in a browser: what visitors see, and what they are told.
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
import { aSite } from "../services/postgres/repository/ground.ts";
import { signIn } from "./ground.ts";

let server: TestServer;
let browser: TestBrowser;

beforeAll(async () => {
  await ensureDashboardBuilt();
  [server, browser] = await Promise.all([aServer(), startBrowser()]);
  await server.database.sites.save([
    aSite({ name: "Bank" }),
    aSite({ name: "Shop", url: "https://shop.example/" }),
  ]);
});

afterAll(async () => {
  await Promise.all([browser.close(), server.close()]);
});

test("an editor makes a status page, puts its sites in order by keys, and tells visitors what is the matter", async () => {
  const page = await browser.open();
  await signIn(page, server, { role: "editor" });
  await page.goto(`${server.url}/settings/status-pages`);
  await page.getByRole("link", { name: "Add status page" }).click();
  await page.getByLabel("Title", { exact: true }).fill("Our shop");
  expect(await page.getByLabel("Address").inputValue()).toBe("our-shop");
  const sites = page.getByRole("combobox", { name: "Sites", exact: true });
  for (const name of ["Bank", "Shop"]) {
    await sites.fill(name);
    await page.getByRole("option", { name }).click();
  }
  await page.keyboard.press("Escape");
  await page.getByLabel("Name of Shop on the page").fill("Web shop");
  await page.getByRole("button", { name: "Move Shop up" }).focus();
  await page.keyboard.press("Enter");
  await expectAccessible(page);
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("heading", { name: "Our shop", level: 1 }).waitFor();
  const shown = await (await server.get("/status/our-shop")).text();
  expect(shown.indexOf("Web shop")).toBeGreaterThan(0);
  expect(shown.indexOf("Web shop")).toBeLessThan(shown.indexOf("Bank"));
  await page.goto(`${server.url}/settings/status-pages`);
  await page.getByRole("link", { name: "Notices: Our shop" }).click();
  await page.getByRole("button", { name: "Write a notice" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("What is the matter").fill("Payments fail");
  await dialog.getByLabel("What you know").fill("We look into it.");
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Publish" }).click();
  await page.getByText("We look into it.").waitFor();
  await page.getByRole("button", { name: "Add update" }).click();
  await dialog.getByLabel("State").selectOption("resolved");
  await dialog.getByLabel("What you know").fill("It is over.");
  await dialog.getByRole("button", { name: "Publish" }).click();
  await page.getByText("It is over.").waitFor();
  expect(await (await server.get("/status/our-shop")).text()).toContain("It is over.");
  expect(errorsOf(page)).toEqual([]);
  await page.context().close();
});

test.for([
  ["phone", "light", "de-DE"],
  ["desktop", "dark", "en-GB"],
] as const)(
  "status pages can be edited by everybody, on a %s in the %s theme in %s",
  async ([viewport, theme, language]) => {
    const page = await browser.open({ viewport, theme, language });
    await signIn(page, server);
    for (const path of ["", "/our-shop", "/our-shop/notices"]) {
      await page.goto(`${server.url}/settings/status-pages${path}`);
      await page.getByRole("heading", { level: 1 }).waitFor();
      await expect.poll(() => page.locator(".skeleton").count()).toBe(0);
      await expectAccessible(page);
      await expectNoSidewaysScroll(page);
    }
    await page.context().close();
  },
);
