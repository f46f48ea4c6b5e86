// A second factor: a code from an authenticator app, or one of ten recovery codes.
import { expect, test } from "vitest";
import type { Person } from "../../../../src/core/accounts/ports.ts";
import { hashOfSecret } from "../../../../src/core/accounts/secrets.ts";
import { codeOf } from "../../../harness/browser/totp.ts";
import type { Browser } from "./browser.ts";
import { PASSWORD, type SignInGround, signInGround } from "./signed-in.ts";

const STEP_MS = 30_000;

interface Enrolled {
  readonly person: Person;
  readonly uri: string;
  readonly recoveryCodes: readonly string[];
}

/** The code of the step before is used to enrol, so that the present one is not used yet. */
async function enrolled({ aPerson, signedIn }: SignInGround): Promise<Enrolled> {
  const person = await aPerson();
  const browser = await signedIn(person);
  const enabled = await browser.post("/api/auth/two-factor/enable", { password: PASSWORD });
  const { totpURI, backupCodes } = (await enabled.json()) as { totpURI: string; backupCodes: string[] };
  const code = codeOf(totpURI, Date.now() - STEP_MS);
  expect((await browser.post("/api/auth/two-factor/verify-totp", { code })).status).toBe(200);
  return { person, uri: totpURI, recoveryCodes: backupCodes };
}

async function withPassword({ browser }: SignInGround, { email }: Person): Promise<Browser> {
  const opened = browser();
  const answer = await opened.post("/api/auth/sign-in/email", { email, password: PASSWORD });
  expect(await answer.json()).toMatchObject({ twoFactorRedirect: true });
  return opened;
}

const verify = async (browser: Browser, code: string, kind: "totp" | "backup-code" = "totp") =>
  (await browser.post(`/api/auth/two-factor/verify-${kind}`, { code, trustDevice: true })).status;

test("the password alone opens nothing; with the code the person is signed in", async () => {
  const ground = await signInGround();
  const { person, uri } = await enrolled(ground);
  expect(await ground.accounts.people.find(person.id)).toMatchObject([{ secondFactor: true }]);
  await ground.accounts.sessions.endAll(person.id);
  const browser = await withPassword(ground, person);
  expect(browser.sessionToken()).toBeNull();
  expect(await ground.accounts.sessions.list(person.id)).toEqual([]);
  expect(await verify(browser, codeOf(uri, Date.now()))).toBe(200);
  const found = await ground.accounts.sessions.find(hashOfSecret(browser.sessionToken() ?? ""));
  expect(found?.person.id).toBe(person.id);
});

test("a code that was seen over a shoulder is not taken a second time", async () => {
  const ground = await signInGround();
  const { person, uri } = await enrolled(ground);
  await ground.accounts.sessions.endAll(person.id);
  const [one, other, late] = [
    await withPassword(ground, person),
    await withPassword(ground, person),
    await withPassword(ground, person),
  ];
  const code = codeOf(uri, Date.now());
  const statuses = await Promise.all([verify(one, code), verify(other, code)]);
  expect(statuses.sort()).toEqual([200, 401]);
  expect(await verify(late, code)).toBe(401);
  expect(await ground.accounts.sessions.list(person.id)).toHaveLength(1);
});

test("guessing codes ends the challenge, and over many challenges locks the account's second factor", async () => {
  const ground = await signInGround();
  const { person, uri } = await enrolled(ground);
  const wrong = codeOf(uri, Date.now() + 3_600_000);
  const first = await withPassword(ground, person);
  for (let guess = 0; guess < 5; guess += 1) expect(await verify(first, wrong)).toBe(401);
  expect(await verify(first, codeOf(uri, Date.now()))).not.toBe(200);
  const second = await withPassword(ground, person);
  for (let guess = 0; guess < 5; guess += 1) expect(await verify(second, wrong)).toBe(401);
  const third = await withPassword(ground, person);
  expect(await verify(third, codeOf(uri, Date.now()))).toBe(429);
});

test("a recovery code works once", async () => {
  const ground = await signInGround();
  const { person, recoveryCodes } = await enrolled(ground);
  const [code = ""] = recoveryCodes;
  expect(await verify(await withPassword(ground, person), code, "backup-code")).toBe(200);
  expect(await verify(await withPassword(ground, person), code, "backup-code")).toBe(401);
});

test("no device skips the second factor from then on, whatever it asks for", async () => {
  const ground = await signInGround();
  const { person, uri } = await enrolled(ground);
  const browser = await withPassword(ground, person);
  expect(await verify(browser, codeOf(uri, Date.now()))).toBe(200);
  await browser.post("/api/auth/sign-out");
  const again = await browser.post("/api/auth/sign-in/email", { email: person.email, password: PASSWORD });
  expect(await again.json()).toMatchObject({ twoFactorRedirect: true });
});

test("the database has neither the secret nor a recovery code in the clear", async () => {
  const ground = await signInGround();
  const { uri, recoveryCodes } = await enrolled(ground);
  const stored = await ground.dump("second_factors");
  expect(stored).not.toContain(new URL(uri).searchParams.get("secret"));
  for (const code of recoveryCodes) expect(stored).not.toContain(code);
});

test("turning the second factor off takes the password", async () => {
  const ground = await signInGround();
  const { person, uri } = await enrolled(ground);
  const browser = await withPassword(ground, person);
  await verify(browser, codeOf(uri, Date.now()));
  expect(
    (await browser.post("/api/auth/two-factor/disable", { password: "wrong password wrong" })).status,
  ).toBe(400);
  expect((await browser.post("/api/auth/two-factor/disable", { password: PASSWORD })).status).toBe(200);
  expect(await ground.accounts.people.find(person.id)).toMatchObject([{ secondFactor: false }]);
});
