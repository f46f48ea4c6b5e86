// Alerting as a person sets it up in a browser: a channel, who is told over it, when nobody is, and what came of it.
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
import { startWebhookReceiver, type WebhookReceiver } from "../harness/servers/webhook-receiver.ts";
import { recordDeliveries, recordIncident } from "../harness/told-incidents.ts";
import { aSite } from "../services/postgres/repository/ground.ts";
import { signIn } from "./ground.ts";

const SECRET = "a-signing-secret-nobody-sees";
let server: TestServer;
let browser: TestBrowser;
let receiver: WebhookReceiver;
const bank = aSite({ name: "Bank", tags: ["payments"] });

beforeAll(async () => {
  await ensureDashboardBuilt();
  [server, browser, receiver] = await Promise.all([
    aServer({
      environment: { SITEWIRE_SECRETS_KEY: "a key of more than thirty-two characters" },
      file: `
channels:
  night: { type: ntfy, topic: night-shift }
maintenance:
  - { name: Sunday backup, rrule: FREQ=WEEKLY;BYDAY=SU, start: "2026-10-04T02:30", duration: 1h, timezone: Europe/Berlin }
`,
    }),
    startBrowser(),
    startWebhookReceiver(SECRET),
  ]);
  await server.database.sites.save([bank]);
});

afterAll(async () => {
  await Promise.all([browser.close(), server.close(), receiver.close()]);
});

async function signedIn(path: string, options: Parameters<TestBrowser["open"]>[0] = {}) {
  const page = await browser.open(options);
  await signIn(page, server);
  await page.goto(`${server.url}/settings/${path}`);
  return page;
}

test("a channel is added by its form, tried, and never shows its secret again", async () => {
  const page = await signedIn("channels");
  await page.getByRole("link", { name: "Add channel" }).click();
  await page.getByRole("link", { name: /^Webhook/ }).click();
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("alert").first().waitFor();
  await page.getByLabel("Name", { exact: true }).fill("orders");
  await page.getByLabel("URL", { exact: true }).fill(receiver.url);
  await page.getByLabel("Secret (optional)").fill(SECRET);
  // The message as it would be, before anything is saved.
  await page
    .getByRole("region", { name: "Message" })
    .getByText(/DOWN shop/)
    .waitFor();
  await page.getByLabel("Message about").selectOption("resolved");
  await page
    .getByRole("region", { name: "Message" })
    .getByText(/RESOLVED|UP|back/)
    .first()
    .waitFor();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("heading", { name: "orders" }).waitFor();
  await page.getByRole("button", { name: "Test orders" }).click();
  await page.getByText("The service accepted the test message.").waitFor();
  expect(receiver.received).toMatchObject([{ kind: "test", isSigned: true }]);
  expect(await page.getByLabel("Secret (optional)").inputValue()).toBe("***");
  expect(await page.content()).not.toContain(SECRET);
  // What is saved as it is shown keeps the secret.
  await page.getByLabel("Headers (optional)").fill("x-team: orders");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("Saved orders").first().waitFor();
  await page.getByRole("button", { name: "Test orders" }).click();
  await expect.poll(() => receiver.received.length).toBe(2);
  expect(receiver.received.at(-1)).toMatchObject({ isSigned: true });
  await page.context().close();
});

test("a channel of the file says where it is edited, and one that fails says why", async () => {
  const incident = await recordIncident(server.databaseUrl, bank.id);
  await recordDeliveries(server.databaseUrl, incident, [
    { channel: "orders", state: "sent" },
    { channel: "night", state: "failed", kind: "escalated", reason: "ntfy.sh answered 429" },
  ]);
  const page = await signedIn("channels");
  await page.getByText("ntfy.sh answered 429").waitFor();
  await expectAccessible(page);
  await page.getByRole("link", { name: "night" }).click();
  await page.getByText(/defined in sitewire.yaml.*channels\.night/).waitFor();
  expect(await page.getByRole("button", { name: "Save" }).count()).toBe(0);
  await page.getByRole("link", { name: "Deliveries" }).click();
  await page.getByLabel("State").selectOption("failed");
  await page.getByText("ntfy.sh answered 429").waitFor();
  await expect.poll(() => page.getByRole("listitem").filter({ hasText: "orders" }).count()).toBe(0);
  await page.goto(`${server.url}/incidents/${incident}`);
  const told = page.getByRole("list", { name: "Who was told" });
  await told.getByText("ntfy.sh answered 429").waitFor();
  await expectAccessible(page);
  expect(errorsOf(page)).toEqual([]);
  await page.context().close();
});

test("a route says who is told, in words and for a site", async () => {
  const page = await signedIn("routes");
  await page.getByText("Every channel is told of every incident").waitFor();
  await page.getByRole("button", { name: "Add route" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Tag", { exact: true }).fill("pay");
  await page.getByRole("option", { name: "payments" }).click();
  await dialog.getByLabel("Channels").fill("ord");
  await page.keyboard.press("Enter");
  await dialog.getByRole("button", { name: "Add escalation" }).click();
  await dialog.getByLabel("After").fill("20m");
  await dialog.getByLabel("Channels").nth(1).fill("night");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Save route" }).click();
  await page.getByText("if nobody acknowledges, after 20m").waitFor();
  await page.getByLabel("Site", { exact: true }).fill("Bank");
  await page.getByRole("option", { name: /Bank/ }).click();
  const answer = page.getByRole("list", { name: "Who would be told?" });
  await answer.getByText("every condition matches").waitFor();
  await answer.getByText("orders").waitFor();
  await page.getByRole("listbox").waitFor({ state: "detached" });
  await expectAccessible(page);
  // What is deleted by mistake comes back.
  await page.getByRole("button", { name: "More for route 1" }).click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  await page.getByText("Every channel is told of every incident").waitFor();
  await page.getByRole("button", { name: "Undo" }).click();
  await page.getByText("if nobody acknowledges, after 20m").waitFor();
  expect(errorsOf(page)).toEqual([]);
  await page.context().close();
});

test("maintenance is planned every other week, shows its next five times, and starts now when it must", async () => {
  const page = await signedIn("maintenance?month=2027-01");
  await page.getByRole("button", { name: "Plan maintenance", exact: true }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill("Patch day");
  await dialog.getByLabel("Start").fill("2027-01-05T09:00");
  await dialog.getByLabel("Duration").fill("90m");
  await dialog.getByRole("combobox", { name: "Time zone" }).fill("New_York");
  await page.getByRole("option", { name: "America/New_York" }).click();
  await dialog.getByLabel("Repeats").selectOption("weekly");
  await dialog.getByLabel("Every … weeks").fill("2");
  await dialog.getByRole("checkbox", { name: "Tue" }).check();
  for (const day of ["Mon", "Wed", "Thu", "Fri", "Sat", "Sun"]) {
    await dialog.getByRole("checkbox", { name: day }).uncheck();
  }
  const next = dialog.getByRole("region", { name: "Next" });
  await next.getByText("Tue, 19 Jan 2027, 09:00").waitFor();
  await next.getByText("Tue, 19 Jan 2027, 15:00 for you").waitFor();
  expect(await next.getByRole("listitem").count()).toBe(5);
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Save" }).click();
  await page
    .getByText("every 2 weeks on Tue · at 09:00 · for 1h 30m · America/New_York · all sites")
    .waitFor();
  expect(await page.getByRole("cell").filter({ hasText: "15:00Patch day" }).count()).toBe(2);
  await expectAccessible(page);
  await page.getByRole("button", { name: "Start now for 1 h: Patch day" }).click();
  await page.getByText("Patch day has started and ends in an hour").first().waitFor();
  expect(errorsOf(page)).toEqual([]);
  await page.context().close();
});

test("a tag is silenced with a reason, and the silence is ended early", async () => {
  const page = await signedIn("silences");
  await page.getByRole("button", { name: "Add silence" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Mute").selectOption("tag");
  await dialog.getByRole("combobox", { name: "A tag" }).fill("payments");
  await page.getByRole("option", { name: "payments" }).click();
  await dialog.getByLabel("Why").fill("Known: the provider moves");
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Silence it" }).click();
  await page.getByText(/Known: the provider moves/).waitFor();
  await page.getByRole("button", { name: "End it" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "End it" }).click();
  await page.getByText("Nothing is silenced").waitFor();
  expect(errorsOf(page)).toEqual([]);
  await page.context().close();
});

test("an editor may look at channels and routes, and plans maintenance", async () => {
  const page = await browser.open();
  await signIn(page, server, { role: "editor" });
  await page.goto(`${server.url}/settings`);
  await page.getByRole("link", { name: "orders" }).click();
  await page.getByRole("region", { name: "Settings of orders" }).waitFor();
  expect(await page.getByRole("button", { name: /Save|Test|Delete/ }).count()).toBe(0);
  await page.getByRole("link", { name: "Maintenance" }).click();
  await page.getByRole("button", { name: "Plan maintenance", exact: true }).waitFor();
  await page.context().close();
});

test.for([
  ["phone", "light", "en-GB"],
  ["desktop", "dark", "de-DE"],
] as const)(
  "settings can be used by everybody, on a %s in the %s theme in %s",
  async ([viewport, theme, language]) => {
    const page = await signedIn("channels", { viewport, theme, language });
    for (const path of ["channels", "routes", "maintenance", "silences", "deliveries", "channels/new"]) {
      await page.goto(`${server.url}/settings/${path}`);
      await page.getByRole("heading", { level: 1 }).waitFor();
      await expect.poll(() => page.locator(".skeleton").count()).toBe(0);
      await expectAccessible(page);
      await expectNoSidewaysScroll(page);
    }
    await page.context().close();
  },
);

test("nothing scrolls sideways on the narrowest phone, in the longer language", async () => {
  const page = await signedIn("channels", { viewport: "phone", language: "de-DE" });
  await page.setViewportSize({ width: 360, height: 740 });
  for (const path of ["/", `/sites/${bank.id}`, "/pipeline", "/settings/routes"]) {
    await page.goto(server.url + path);
    await page.getByRole("heading", { level: 1 }).waitFor();
    await expect.poll(() => page.locator(".skeleton").count()).toBe(0);
    await expectNoSidewaysScroll(page);
  }
  await page.context().close();
});
