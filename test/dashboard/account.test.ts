// The first account, signing in with all that one can have, and the way out, as a person does it in a browser.
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { issueResetLink, issueSetupLink } from "../../src/apps/operations/accounts/people.ts";
import { linkAddress } from "../../src/apps/wiring/one-time-links.ts";
import { aPersonIn, PASSWORD } from "../harness/accounts.ts";
import {
  errorsOf,
  expectAccessible,
  expectNoSidewaysScroll,
  startBrowser,
  type TestBrowser,
} from "../harness/browser/browser.ts";
import { codeOf } from "../harness/browser/totp.ts";
import { aServer, type TestServer } from "../harness/server.ts";

let browser: TestBrowser;
let server: TestServer;
/** Passkeys are for host names. */
let url: string;

beforeAll(async () => {
  [browser, server] = await Promise.all([startBrowser(), aServer()]);
  url = server.url.replace("127.0.0.1", "localhost");
});

afterAll(async () => {
  await Promise.all([browser.close(), server.close()]);
});

async function fill(page: Page, fields: Readonly<Record<string, string>>): Promise<void> {
  for (const [label, value] of Object.entries(fields))
    await page.getByLabel(label, { exact: true }).fill(value);
}

async function enterPassword(page: Page, email: string, password = PASSWORD): Promise<void> {
  await fill(page, { "E-mail address": email, Password: password });
  await page.getByRole("button", { name: "Sign in" }).click();
}

test("the link of the terminal makes the first account, which is signed in at once; the link is over then", async () => {
  const link = await issueSetupLink(server.database);
  if (link === null) throw new Error("there is an administrator already");
  const address = linkAddress(server.resources.configuration, link, `${url}/`);
  const page = await browser.open();
  await page.goto(address);
  await page.getByRole("heading", { name: "Make your account" }).waitFor();
  await expectAccessible(page);
  await fill(page, { "Your name": "Ada", "E-mail address": "ada@example.org", Password: "too short" });
  await page.getByText("6 more characters").waitFor();
  expect(await page.getByRole("button", { name: "Make account" }).isDisabled()).toBe(true);
  await fill(page, { Password: PASSWORD });
  await page.getByRole("button", { name: "Make account" }).click();
  await page.waitForURL(`${url}/`);
  await page.getByRole("button", { name: "Menu" }).click();
  await page.getByText("ada@example.org").waitFor();
  expect(errorsOf(page)).toEqual([]);

  const late = await browser.open({ viewport: "phone", theme: "dark" });
  await late.goto(address);
  await late.getByRole("heading", { name: "This link is over" }).waitFor();
  await expectAccessible(late);
  await expectNoSidewaysScroll(late);
});

test("a person signs in, is told plainly when the password is wrong, comes back to the page and signs out", async () => {
  const page = await browser.open({ viewport: "phone", theme: "dark" });
  await page.goto(`${url}/sign-in?next=/settings`);
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
  await expectAccessible(page);
  await expectNoSidewaysScroll(page);
  await enterPassword(page, "ada@example.org", "wrong password wrong");
  await page.getByRole("alert").getByText("The address or the password is wrong.").waitFor();
  await expectAccessible(page);
  await enterPassword(page, "ada@example.org");
  await page.waitForURL(`${url}/settings`);
  await page.getByRole("button", { name: "Menu" }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await page.getByRole("button", { name: "Menu" }).click();
  await page.getByRole("menuitem", { name: "Sign in" }).waitFor();
});

test("who may read nothing is asked to sign in, and then sees the page that was wanted", async () => {
  const page = await browser.open();
  // As from elsewhere, through a proxy on this machine.
  await page.setExtraHTTPHeaders({ "x-forwarded-for": "192.0.2.1" });
  await page.goto(`${url}/incidents`);
  await page.waitForURL(`${url}/sign-in?next=%2Fincidents`);
  await enterPassword(page, "ada@example.org");
  await page.waitForURL(`${url}/incidents`);
});

test("a link to the page that signs in leads nowhere else afterwards", async () => {
  const page = await browser.open();
  for (const next of ["//evil.example/", "/\\evil.example/", "https://evil.example/"]) {
    await page.goto(`${url}/sign-in?next=${encodeURIComponent(next)}`);
    await enterPassword(page, "ada@example.org");
    await page.waitForURL(`${url}/`);
    await page.context().clearCookies();
  }
});

test("with a second factor the code is asked for, and a recovery code helps without the phone", async () => {
  await aPersonIn(server.database, { email: "eve@example.org", name: "Eve", role: "viewer" });
  const page = await browser.open();
  await page.goto(`${url}/sign-in`);
  await enterPassword(page, "eve@example.org");
  await page.waitForURL(`${url}/`);
  await page.goto(`${url}/account`);
  await page.getByLabel("Your password").fill(PASSWORD);
  await page.getByRole("button", { name: "Turn on" }).click();
  await page.getByRole("img", { name: "Scan this with an authenticator app." }).waitFor();
  await expectAccessible(page);
  const secret = (await page.locator("code").textContent()) ?? "";
  const uri = `otpauth://totp/Sitewire?secret=${secret}`;
  const recoveryCode = (await page.getByRole("listitem").first().textContent()) ?? "";
  await page.getByLabel("Code that the app shows").fill(codeOf(uri, Date.now() - 30_000));
  await page.getByRole("button", { name: "Turn on" }).click();
  await page.getByText("Signing in takes a code of your authenticator app").waitFor();
  await page.context().clearCookies();

  await page.goto(`${url}/sign-in`);
  await enterPassword(page, "eve@example.org");
  await page.getByRole("heading", { name: "One more step" }).waitFor();
  await expectAccessible(page);
  await fill(page, { Code: "000000" });
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("alert").waitFor();
  await fill(page, { Code: codeOf(uri, Date.now()) });
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL(`${url}/`);
  await page.context().clearCookies();

  await page.goto(`${url}/sign-in`);
  await enterPassword(page, "eve@example.org");
  await page.getByRole("button", { name: "Use a recovery code" }).click();
  await fill(page, { "Recovery code": recoveryCode });
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL(`${url}/`);
});

test("a passkey of the browser signs in without a password", async () => {
  const page = await browser.open();
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("WebAuthn.enable");
  await devtools.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  await page.goto(`${url}/sign-in`);
  await enterPassword(page, "ada@example.org");
  await page.waitForURL(`${url}/`);
  await page.goto(`${url}/account`);
  await page.getByLabel("Name of the new passkey").fill("laptop");
  await page.getByRole("button", { name: "Add passkey" }).click();
  await page.getByText("laptop").waitFor();
  await page.getByText("this browser").waitFor();
  await expectAccessible(page);
  await page.context().clearCookies();
  await page.goto(`${url}/sign-in`);
  await page.getByRole("button", { name: "Use a passkey" }).click();
  await page.waitForURL(`${url}/`);
  await page.getByRole("button", { name: "Menu" }).click();
  await page.getByText("ada@example.org").waitFor();
  expect(errorsOf(page)).toEqual([]);
});

test("a person who is locked out chooses a new password with the link, and reads all of it in German", async () => {
  const by = { actor: { kind: "command line", id: null, name: "test" }, address: null } as const;
  const link = await issueResetLink(server.database, by, "eve@example.org");
  const page = await browser.open({ language: "de-DE", viewport: "phone" });
  await page.goto(linkAddress(server.resources.configuration, link, `${url}/`));
  await page.getByRole("heading", { name: "Neues Passwort wählen" }).waitFor();
  await page.getByText("Du meldest dich mit eve@example.org").waitFor();
  await expectAccessible(page);
  await expectNoSidewaysScroll(page);
  await fill(page, { Passwort: "another long password" });
  await page.getByRole("button", { name: "Passwort setzen" }).click();
  await page.waitForURL(`${url}/`);
  await page.goto(`${url}/account`);
  await page.getByRole("heading", { name: "Dein Konto" }).waitFor();
  await expectAccessible(page);
  await expectNoSidewaysScroll(page);
});
