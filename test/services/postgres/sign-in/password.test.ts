// Signing in with a password, and what an attacker tries.
import { expect, test } from "vitest";
import { changePerson, removePerson } from "../../../../src/apps/operations/accounts/people.ts";
import { hashOfSecret } from "../../../../src/core/accounts/secrets.ts";
import { openBrowser } from "./browser.ts";
import { PASSWORD, signInGround } from "./signed-in.ts";

const SIGN_IN = "/api/auth/sign-in/email";

test("a person signs in, and signing out ends the session for good", async () => {
  const { accounts, aPerson, signedIn } = await signInGround();
  const person = await aPerson();
  const browser = await signedIn(person);
  const token = browser.sessionToken() ?? "";
  expect(await accounts.sessions.find(hashOfSecret(token))).toMatchObject({
    person: { id: person.id },
    session: { address: "192.0.2.1" },
  });
  expect((await browser.post("/api/auth/sign-out")).status).toBe(200);
  expect(browser.sessionToken()).toBeNull();
  expect(await accounts.sessions.find(hashOfSecret(token))).toBeNull();
});

test("the cookie is out of reach for scripts and other sites; over https it is also Secure", async () => {
  const { accounts, aPerson, signedIn } = await signInGround();
  const person = await aPerson();
  const browser = await signedIn(person);
  expect(browser.attributes.get("sitewire.session_token")).toMatch(/; Path=\/; HttpOnly; SameSite=Lax$/);
  const secure = await accounts.openSignIn({
    publicUrl: "https://status.example.org/",
    otherOrigins: [],
    secret: null,
    sessionLifetimeMs: 1000,
    oidc: [],
  });
  const overHttps = openBrowser(secure, "https://status.example.org");
  await overHttps.post(SIGN_IN, { email: person.email, password: PASSWORD });
  expect(overHttps.attributes.get("__Secure-sitewire.session_token")).toMatch(
    /; HttpOnly; Secure; SameSite=Lax$/,
  );
});

test("a wrong password and an unknown address get the same answer and cost the same work", async () => {
  const { aPerson, browser } = await signInGround();
  const { email } = await aPerson();
  const attempt = async (given: string) => {
    const started = process.cpuUsage();
    const answer = await browser().post(SIGN_IN, { email: given, password: "wrong password wrong" });
    const { user, system } = process.cpuUsage(started);
    return { status: answer.status, text: await answer.text(), cpuUs: user + system };
  };
  await attempt(email);
  const known = [await attempt(email), await attempt(email), await attempt(email)];
  const unknown = [
    await attempt("a@example.org"),
    await attempt("b@example.org"),
    await attempt("c@example.org"),
  ];
  const median = (runs: typeof known) => runs.map(({ cpuUs }) => cpuUs).toSorted((a, b) => a - b)[1] ?? 0;
  expect(new Set([...known, ...unknown].map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
  // Without a hash the unknown address costs a tenth.
  expect(median(unknown) / median(known)).toBeGreaterThan(0.5);
});

test("a session that an attacker has planted is not the one that signing in gives", async () => {
  const { accounts, aPerson, browser, signedIn } = await signInGround();
  const [victim, attacker] = [await aPerson(), await aPerson()];
  const planted = await signedIn(attacker);
  const fixed = browser();
  for (const [name, value] of planted.cookies) fixed.cookies.set(name, value);
  await fixed.post(SIGN_IN, { email: victim.email, password: PASSWORD });
  expect(fixed.sessionToken()).not.toBe(planted.sessionToken());
  const found = await accounts.sessions.find(hashOfSecret(planted.sessionToken() ?? ""));
  expect(found?.person.id).not.toBe(victim.id);

  const made = browser();
  made.cookies.set("sitewire.session_token", "chosen-by-the-attacker.signature");
  await made.post(SIGN_IN, { email: victim.email, password: PASSWORD });
  expect(made.sessionToken()).not.toBe("chosen-by-the-attacker");
  expect(await accounts.sessions.find(hashOfSecret("chosen-by-the-attacker"))).toBeNull();
});

test("neither the answers nor the database contain a session's token or a password", async () => {
  const { aPerson, browser, dump } = await signInGround();
  const { email } = await aPerson();
  const opened = browser();
  const answer = await opened.post(SIGN_IN, { email, password: PASSWORD });
  const token = opened.sessionToken() ?? "none";
  expect(await answer.text()).not.toContain(token);
  expect(await dump("sessions")).not.toContain(token);
  expect(await dump("sign_in_methods")).not.toContain(PASSWORD);
  expect(await dump("sign_in_methods")).toContain("$argon2id$");
});

test("changing the password takes the old one, obeys its length, and signs everybody else out", async () => {
  const { accounts, aPerson, browser, signedIn } = await signInGround();
  const person = await aPerson();
  const [own, thief] = [await signedIn(person), await signedIn(person)];
  const change = (given: object) =>
    own.post("/api/auth/change-password", {
      currentPassword: PASSWORD,
      newPassword: "a new and long one",
      ...given,
    });
  expect((await change({ currentPassword: "wrong password wrong" })).status).toBe(400);
  const short = await change({ newPassword: "too short" });
  expect([short.status, await short.text()]).toEqual([
    400,
    expect.stringContaining("at least 15 characters"),
  ]);
  expect((await change({ revokeOtherSessions: false })).status).toBe(200);
  expect(await accounts.sessions.find(hashOfSecret(thief.sessionToken() ?? ""))).toBeNull();
  expect(await accounts.sessions.find(hashOfSecret(own.sessionToken() ?? ""))).not.toBeNull();
  expect((await browser().post(SIGN_IN, { email: person.email, password: PASSWORD })).status).toBe(401);
});

test("an expired session and an ended one open nothing", async () => {
  const { accounts, aPerson, signedIn } = await signInGround({ sessionLifetimeMs: 1000 });
  const person = await aPerson();
  const browser = await signedIn(person);
  const [session] = await accounts.sessions.list(person.id);
  expect((session?.expiresAtMs ?? 0) - (session?.createdAtMs ?? 0)).toBeLessThanOrEqual(1100);
  expect(await accounts.sessions.end(person.id, session?.id ?? "")).toBe(true);
  expect(await accounts.sessions.find(hashOfSecret(browser.sessionToken() ?? ""))).toBeNull();
  // Somebody else's session cannot be ended.
  const again = await signedIn(person);
  const [other] = await accounts.sessions.list(person.id);
  expect(await accounts.sessions.end((await aPerson()).id, other?.id ?? "")).toBe(false);
  expect(again.sessionToken()).not.toBeNull();
});

test("whose role changes has to sign in again, and who is removed is out at once", async () => {
  const { accounts, aPerson, signedIn } = await signInGround();
  const by = { actor: { kind: "command line", id: null, name: "test" }, address: null } as const;
  const person = await aPerson({ role: "editor" });
  const found = async (token: string | null) => await accounts.sessions.find(hashOfSecret(token ?? ""));
  const before = (await signedIn(person)).sessionToken();
  await changePerson({ accounts }, by, { id: person.id, change: { role: "viewer" } });
  expect(await found(before)).toBeNull();
  const after = (await signedIn(person)).sessionToken();
  await changePerson({ accounts }, by, { id: person.id, change: { tags: ["shop"] } });
  expect((await found(after))?.person.tags).toEqual(["shop"]);
  await removePerson({ accounts }, by, person.id);
  expect(await found(after)).toBeNull();
});

test("endpoints of the library that Sitewire does not use do not exist", async () => {
  const { browser } = await signInGround();
  const body = { email: "eve@example.org", password: PASSWORD, name: "Eve", newEmail: "eve@example.org" };
  const unused = [
    "/sign-up/email",
    "/update-user",
    "/delete-user",
    "/change-email",
    "/request-password-reset",
    "/link-social",
    "/list-sessions",
    "/get-session",
    "/two-factor/send-otp",
    "/sign-in/email/",
    "/sign-in/social",
    "/callback/evil",
  ];
  for (const path of unused) expect((await browser().post(`/api/auth${path}`, body)).status).toBe(404);
});

test("a sign-in that another site's page sends is refused", async () => {
  const { aPerson, signedIn } = await signInGround();
  const browser = await signedIn(await aPerson());
  const foreign = { origin: "https://evil.example" };
  expect((await browser.post("/api/auth/sign-out", {}, foreign)).status).toBe(403);
  expect((await browser.post("/api/auth/two-factor/enable", { password: PASSWORD }, foreign)).status).toBe(
    403,
  );
});

test("while the database is gone, signing in says so instead of that the password is wrong", async () => {
  const { database, browser } = await signInGround();
  await database.close();
  await expect(browser().post(SIGN_IN, { email: "ada@example.org", password: PASSWORD })).rejects.toThrow();
});
