// Passkeys: registered by somebody who is signed in, and then enough by themselves.
import { expect, test } from "vitest";
import { invitePerson } from "../../../../src/apps/operations/accounts/people.ts";
import { hashOfSecret } from "../../../../src/core/accounts/secrets.ts";
import { type Authenticator, createAuthenticator } from "../../../harness/browser/authenticator.ts";
import { type Browser, openBrowser } from "./browser.ts";
import { ORIGIN, signInGround } from "./signed-in.ts";

type CreateOptions = Parameters<Authenticator["create"]>[0];
type GetOptions = Parameters<Authenticator["get"]>[0];

async function register(browser: Browser, authenticator: Authenticator, name = "phone"): Promise<Response> {
  const options = (await (
    await browser.post("/api/auth/passkey/registration-options")
  ).json()) as CreateOptions;
  return await browser.post("/api/auth/passkey/register", { name, response: authenticator.create(options) });
}

async function challenge(browser: Browser): Promise<GetOptions> {
  return (await (await browser.post("/api/auth/passkey/sign-in-options")).json()) as GetOptions;
}

const signIn = async (browser: Browser, response: object) =>
  (await browser.post("/api/auth/passkey/sign-in", { response })).status;

test("a person registers a passkey and signs in with it alone", async () => {
  const { accounts, aPerson, browser, signedIn } = await signInGround();
  const person = await aPerson();
  const phone = createAuthenticator(ORIGIN, "localhost");
  expect((await register(await signedIn(person), phone)).status).toBe(200);
  expect(await accounts.passkeys.list(person.id)).toMatchObject([{ name: "phone", lastUsedAtMs: null }]);

  const fresh = browser();
  const options = await challenge(fresh);
  // Strangers learn nothing of who has an account.
  expect(options).not.toHaveProperty("allowCredentials.0");
  expect(await signIn(fresh, phone.get(options))).toBe(200);
  const found = await accounts.sessions.find(hashOfSecret(fresh.sessionToken() ?? ""));
  expect(found?.person.id).toBe(person.id);
  const [used] = await accounts.passkeys.list(person.id);
  expect(used?.lastUsedAtMs).not.toBeNull();

  expect(await accounts.passkeys.remove((await aPerson()).id, used?.id ?? "")).toBe(false);
  expect(await accounts.passkeys.remove(person.id, used?.id ?? "")).toBe(true);
  const again = browser();
  expect(await signIn(again, phone.get(await challenge(again)))).toBe(401);
});

test("nobody gets in with an answer that was used, is for another challenge, or was made by another page", async () => {
  const { aPerson, browser, signedIn } = await signInGround();
  const person = await aPerson();
  const phone = createAuthenticator(ORIGIN, "localhost");
  await register(await signedIn(person), phone);

  const first = browser();
  const used = phone.get(await challenge(first));
  expect(await signIn(first, used)).toBe(200);
  expect(await signIn(first, used)).toBe(401);
  const second = browser();
  await challenge(second);
  expect(await signIn(second, used)).toBe(401);
  const without = browser();
  expect(await signIn(without, phone.get({ challenge: "AAAA" }))).toBe(401);

  // A page that imitates Sitewire passes the challenge on.
  const imitated = createAuthenticator("https://evil.example", "evil.example");
  const third = browser();
  const { challenge: passed } = await challenge(third);
  expect(
    await signIn(third, { ...imitated.get({ challenge: passed }), id: phone.get({ challenge: passed }).id }),
  ).toBe(401);
  expect(await signIn(third, phone.get({ challenge: passed }))).toBe(401);
});

test("registering takes a session, the right origin, and a passkey that is new", async () => {
  const { aPerson, browser, signIn: handler, signedIn } = await signInGround();
  const own = await signedIn(await aPerson());
  const phone = createAuthenticator(ORIGIN, "localhost");
  expect((await register(browser(), phone)).status).toBe(401);
  expect((await register(own, createAuthenticator("https://evil.example", "localhost"))).status).toBe(401);
  expect((await register(own, phone)).status).toBe(200);
  expect((await register(await signedIn(await aPerson()), phone)).status).toBe(401);

  const byAddress = openBrowser(handler, "http://127.0.0.1:8642");
  const refused = await byAddress.post("/api/auth/passkey/sign-in-options");
  expect([refused.status, await refused.text()]).toEqual([400, expect.stringContaining("need a host name")]);
});

test("the only way to sign in cannot be removed", async () => {
  const { accounts } = await signInGround();
  const by = { actor: { kind: "command line", id: null, name: "test" }, address: null } as const;
  const bob = { name: "Bob", email: "bob@example.org", role: "viewer", tags: null } as const;
  const personId = (await invitePerson({ accounts }, by, bob)).person?.id ?? "";
  const key = { personId, name: "key", publicKey: Buffer.from("key"), counter: 0, transports: [] };
  const one = await accounts.passkeys.add({ ...key, credentialId: "AAAA" });
  const other = await accounts.passkeys.add({ ...key, credentialId: "BBBB" });
  expect(await accounts.passkeys.remove(personId, one.id)).toBe(true);
  expect(await accounts.passkeys.remove(personId, other.id)).toBe(false);
});
