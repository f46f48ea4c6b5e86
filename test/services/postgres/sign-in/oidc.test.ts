// OpenID Connect against a provider on this machine.
import { expect, onTestFinished, test } from "vitest";
import { hashOfSecret } from "../../../../src/core/accounts/secrets.ts";
import type { OidcProvider } from "../../../../src/core/accounts/sign-in.ts";
import {
  CLIENT,
  type RunningOidcProvider,
  startOidcProvider,
} from "../../../harness/servers/oidc-provider.ts";
import type { Browser } from "./browser.ts";
import { ORIGIN, type SignInGround, signInGround } from "./signed-in.ts";

const ada = { sub: "ada-at-work", email: "ada@example.org", emailVerified: true, name: "Ada" };

async function ground(
  given: Partial<OidcProvider> = {},
): Promise<SignInGround & { readonly provider: RunningOidcProvider }> {
  const provider = await startOidcProvider(`${ORIGIN}/api/auth/callback/work`);
  onTestFinished(() => provider.stop());
  const settings = {
    id: "work",
    name: "Work",
    issuer: provider.issuer,
    clientId: CLIENT.id,
    clientSecret: CLIENT.secret,
    scopes: [],
    newPeople: "refuse",
    ...given,
  } as const;
  return { ...(await signInGround({ oidc: [settings] })), provider };
}

async function begin(
  browser: Browser,
  given: object = {},
): Promise<{ readonly status: number; readonly url: string }> {
  const body = { provider: "work", callbackURL: "/sites", ...given };
  const answer = await browser.post("/api/auth/sign-in/social", body);
  const { url = "" } = (await answer.json()) as { url?: string };
  return { status: answer.status, url };
}

/** Returns where the browser ends. */
async function signIn(browser: Browser, provider: RunningOidcProvider): Promise<string> {
  const back = await provider.authorize((await begin(browser)).url);
  return (await browser.get(`${back.pathname}${back.search}`)).headers.get("location") ?? "";
}

test("a person who was invited signs in with the provider, and keeps name, role and password", async () => {
  const { accounts, aPerson, browser, dump, provider } = await ground();
  const person = await aPerson({ email: ada.email, role: "editor" });
  provider.signInAs(ada);
  const opened = browser();
  expect(await signIn(opened, provider)).toBe("/sites");
  const found = await accounts.sessions.find(hashOfSecret(opened.sessionToken() ?? ""));
  expect(found?.person).toMatchObject({ id: person.id, role: "editor", name: "Ada" });
  const [, linked] = JSON.parse(await dump("sign_in_methods")) as unknown[];
  expect(linked).toMatchObject({
    provider_id: "work",
    access_token: null,
    refresh_token: null,
    id_token: null,
  });
  expect(await signIn(browser(), provider)).toBe("/sites");
});

test("strangers are refused unless the configuration gives them a role", async () => {
  const { accounts, browser, provider } = await ground();
  provider.signInAs({ ...ada, sub: "eve", email: "eve@example.org" });
  const opened = browser();
  expect(await signIn(opened, provider)).toMatch(/^\/sign-in\?error=/);
  expect(opened.sessionToken()).toBeNull();
  expect(await accounts.people.list()).toEqual([]);

  const open = await ground({ newPeople: "viewer" });
  open.provider.signInAs({ ...ada, sub: "eve", email: "eve@example.org" });
  expect(await signIn(open.browser(), open.provider)).toBe("/sites");
  expect(await open.accounts.people.list()).toMatchObject([
    { email: "eve@example.org", role: "viewer", active: true },
  ]);
});

test("an address that the provider has not verified does not open the account of its owner", async () => {
  const { aPerson, browser, provider } = await ground({ newPeople: "viewer" });
  await aPerson({ email: ada.email, role: "administrator" });
  provider.signInAs({ ...ada, sub: "eve", emailVerified: false });
  const opened = browser();
  expect(await signIn(opened, provider)).toMatch(/error=/);
  expect(opened.sessionToken()).toBeNull();
});

test("an answer that another browser began, a made-up one, and a used one sign nobody in", async () => {
  const { aPerson, browser, provider } = await ground();
  await aPerson({ email: ada.email });
  provider.signInAs(ada);
  const [attacker, victim] = [browser(), browser()];
  const back = await provider.authorize((await begin(attacker)).url);
  const path = `${back.pathname}${back.search}`;
  await victim.get(path);
  expect(victim.sessionToken()).toBeNull();
  const made = browser();
  await made.get("/api/auth/callback/work?code=made-up&state=made-up");
  expect(made.sessionToken()).toBeNull();

  const owner = browser();
  const own = await provider.authorize((await begin(owner)).url);
  await owner.get(`${own.pathname}${own.search}`);
  expect(owner.sessionToken()).not.toBeNull();
  const token = owner.sessionToken();
  await owner.get(`${own.pathname}${own.search}`);
  expect(owner.sessionToken()).toBe(token);
});

test("after signing in nobody is sent to another site", async () => {
  const { browser } = await ground();
  const elsewhere = [
    "https://evil.example/",
    "//evil.example/",
    "/\\evil.example/",
    "/\t/evil.example",
    "javascript:alert(1)",
    "http://localhost:8642.evil.example/",
  ];
  for (const address of elsewhere) {
    for (const field of ["callbackURL", "errorCallbackURL", "newUserCallbackURL"]) {
      expect((await begin(browser(), { [field]: address })).status).toBe(403);
    }
  }
});

test("while the provider cannot be reached, passwords work all the same", async () => {
  const { aPerson, browser, provider, signedIn } = await ground();
  await provider.stop();
  expect((await signedIn(await aPerson())).sessionToken()).not.toBeNull();
  expect((await begin(browser())).status).not.toBe(200);
});

test("an ID token cannot be handed in directly, so that none from elsewhere is tried", async () => {
  const { browser } = await ground();
  expect((await begin(browser(), { idToken: { token: "a.b.c" } })).status).toBe(400);
});
