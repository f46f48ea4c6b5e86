// Settings as an administrator uses them: a colleague invited, a token made, used and revoked, and the log of it all.
import { afterAll, beforeAll, expect, test } from "vitest";
import { sessionSchema } from "../../src/contract/api/accounts/session.ts";
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

beforeAll(async () => {
  await ensureDashboardBuilt();
  [server, browser] = await Promise.all([aServer(), startBrowser()]);
});

afterAll(async () => {
  await Promise.all([browser.close(), server.close()]);
});

test("a colleague is invited by a link that is shown once", async () => {
  const page = await browser.open();
  await signIn(page, server);
  await page.goto(`${server.url}/settings/people`);
  await page.getByRole("button", { name: "Invite someone" }).click();
  await page.getByLabel("Name").fill("Bob");
  await page.getByLabel("E-mail address").fill("bob@example.org");
  await page.getByLabel("Role").selectOption("editor");
  await expectAccessible(page);
  await page.getByRole("button", { name: "Make the invitation" }).click();
  const link = await page.getByLabel("Hand over this link").inputValue();
  expect(link).toMatch(/\/welcome#invitation=/);
  await page.getByRole("dialog").getByRole("button", { name: "Close" }).last().click();
  await page.getByText("bob@example.org · has not signed in yet").waitFor();
  await page.getByRole("link", { name: "Audit log" }).click();
  await page.getByText("person.invited").first().waitFor();
  expect(await page.content()).not.toContain(link);
  expect(errorsOf(page)).toEqual([]);
  await page.context().close();
});

test("a token is shown once, works with what was chosen, and ends when it is revoked", async () => {
  const page = await browser.open();
  await signIn(page, server);
  await page.goto(`${server.url}/settings/tokens`);
  await page.getByRole("button", { name: "New token" }).click();
  await page.getByLabel("What it is for").fill("deployment");
  await page.getByRole("button", { name: "Make the token" }).click();
  const token = await page.getByLabel("Copy it now").inputValue();
  const session = () => server.get("/api/v1/session", { headers: { authorization: `Bearer ${token}` } });
  expect(sessionSchema.parse(await (await session()).json()).rights).toEqual(["read"]);
  await page.getByRole("dialog").getByRole("button", { name: "Close" }).last().click();
  await page.getByRole("button", { name: "Revoke" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
  await page.getByText("No API tokens").waitFor();
  expect((await session()).status).toBe(401);
  expect(errorsOf(page)).toEqual([]);
  await page.context().close();
});

test("an editor has tokens, and sees neither people nor the audit log", async () => {
  const page = await browser.open();
  await signIn(page, server, { role: "editor" });
  await page.goto(`${server.url}/settings/tokens`);
  await page.getByText("No API tokens").waitFor();
  expect(await page.getByText("Audit log").count()).toBe(0);
  expect(await page.getByText("Invite someone").count()).toBe(0);
  await page.context().close();
});

test.for([
  ["desktop", "light"],
  ["desktop", "dark"],
  ["phone", "light"],
  ["phone", "dark"],
] as const)("settings can be used by everybody, on a %s in the %s theme", async ([viewport, theme]) => {
  const page = await browser.open({ viewport, theme });
  await signIn(page, server);
  await page.goto(`${server.url}/settings/audit`);
  await page.getByText("person.invited").first().click();
  await expectAccessible(page);
  await expectNoSidewaysScroll(page);
  await page.context().close();
});
