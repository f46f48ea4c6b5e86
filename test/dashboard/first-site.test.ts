// The first minute: from a dashboard without a site to one that is watched, in a browser.
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import {
  errorsOf,
  expectAccessible,
  expectNoSidewaysScroll,
  startBrowser,
  type TestBrowser,
} from "../harness/browser/browser.ts";
import { aServer, type TestServer } from "../harness/server.ts";
import { aWebsite, serving, type Website } from "../harness/servers/website.ts";
import { signIn } from "./ground.ts";

let server: TestServer;
let browser: TestBrowser;
let website: Website;

beforeAll(async () => {
  [server, browser, website] = await Promise.all([
    aServer(),
    startBrowser(),
    aWebsite("<main><h1>Shop</h1><button>Add to cart</button></main>"),
  ]);
});

afterEach(async () => {
  for (const context of browser.browser.contexts()) await context.close();
});

afterAll(async () => {
  await browser.close();
  await server.close();
  await website.goAway();
});

for (const viewport of ["desktop", "phone"] as const) {
  for (const theme of ["light", "dark"] as const) {
    test(`the one field of an empty dashboard shows a first result, on a ${viewport} in the ${theme} theme`, async () => {
      const page = await browser.open({ viewport, theme });
      await page.goto(server.url);
      await page.getByRole("heading", { name: "Watch your first site" }).waitFor();
      await expectAccessible(page);
      await page.getByLabel("Address of the site").fill(website.url.replace("http://", ""));
      await page.keyboard.press("Enter");
      await page.getByText("First byte", { exact: true }).waitFor();
      await page.getByText("Up", { exact: true }).waitFor();
      await page.getByText("status 200").waitFor();
      await page.getByText(/terminal that started Sitewire printed a link/).waitFor();
      await expectAccessible(page);
      await expectNoSidewaysScroll(page);
      expect(errorsOf(page)).toEqual([]);
    });
  }
}

test("what is no address says so at once, and an address that nobody answers says why", async () => {
  const page = await browser.open();
  await page.goto(server.url);
  await page.getByLabel("Address of the site").fill("my shop please");
  await page.keyboard.press("Enter");
  await page.getByText("That is no address of a website.").waitFor();
  await expectAccessible(page);
  await page.getByLabel("Address of the site").fill("http://127.0.0.1:9/");
  await page.keyboard.press("Enter");
  await page.getByText("connect_refused").first().waitFor();
});

test("a person adds a site by its form: a wrong field is named at once, the pattern is tried on the page", async () => {
  const page = await browser.open();
  await signIn(page, server);
  await page.goto(`${server.url}/sites/new`);
  await page.getByLabel("URL").fill("example.org");
  await page.getByText(/must be an http:\/\/ or https:\/\/ URL/).waitFor();
  await page.getByLabel("URL").fill(website.url);
  await page.getByText(/must be an http:\/\/ or https:\/\/ URL/).waitFor({ state: "detached" });
  await page.getByLabel("Interval").fill("soon");
  await page.getByText(/must be a duration/).waitFor();
  await page.getByLabel("Interval").fill("5m");
  await page.getByLabel("Name").fill("Corner shop");
  await page.getByLabel("Pattern in the page").fill("Add to (cart|bag)");
  await page.getByRole("button", { name: "Try it" }).click();
  expect(await page.locator("mark").textContent()).toBe("Add to cart");
  await expectAccessible(page);
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("heading", { name: "Corner shop" }).waitFor();
  await page.getByText("every 5m").waitFor();
});

test("two editors cannot overwrite each other", async () => {
  const [one, other] = [await browser.open(), await browser.open()];
  for (const page of [one, other]) {
    await signIn(page, server);
    await page.goto(server.url);
    await page.getByRole("link", { name: "Corner shop" }).first().click();
    await page.getByRole("link", { name: "Edit" }).click();
    await page.getByLabel("Name").waitFor();
  }
  await one.getByLabel("Name").fill("First come");
  await one.getByRole("button", { name: "Save" }).click();
  await one.getByRole("heading", { name: "First come" }).waitFor();
  await other.getByLabel("Name").fill("Too late");
  await other.getByRole("button", { name: "Save" }).click();
  await other.getByRole("button", { name: "Load their version" }).click();
  await expect.poll(() => other.getByLabel("Name").inputValue()).toBe("First come");
});

test("a person checks a site now, and sees what it answers now", async () => {
  const page = await browser.open();
  await signIn(page, server);
  await page.goto(server.url);
  await page.getByRole("link", { name: "First come" }).first().click();
  website.answers(serving("gone", 503));
  await page.getByRole("button", { name: "Check now" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("Down", { exact: true }).waitFor();
  await dialog.getByText("status_unexpected").first().waitFor();
  await expectAccessible(page);
});
