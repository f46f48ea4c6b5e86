// People, their links and tokens, and the audit log, as every face works on them.
import { expect, test } from "vitest";
import { type ChangedBy, listAudit, recordChange } from "../../../../src/apps/operations/accounts/audit.ts";
import {
  changePerson,
  invitePerson,
  issueResetLink,
  issueSetupLink,
  listPeople,
  removePerson,
} from "../../../../src/apps/operations/accounts/people.ts";
import {
  createAccessToken,
  listAccessTokens,
  revokeAccessToken,
} from "../../../../src/apps/operations/accounts/tokens.ts";
import { FailureError, UsageError } from "../../../../src/contract/errors.ts";
import type { Accounts, Person } from "../../../../src/core/accounts/ports.ts";
import { hashOfSecret } from "../../../../src/core/accounts/secrets.ts";
import { openResources } from "../opened.ts";

const by: ChangedBy = { actor: { kind: "command line", id: null, name: "ada" }, address: null };
const viewer = { name: "Bob", email: "bob@example.org", role: "viewer", tags: null } as const;
const passwordHash = "$argon2id$v=19$m=8,t=1,p=1$c2FsdA$aGFzaA";

async function anAdministrator(accounts: Accounts, email = "ada@example.org"): Promise<Person> {
  const { secret } = await invitePerson({ accounts }, by, {
    ...viewer,
    name: email,
    email,
    role: "administrator",
  });
  const person = await accounts.links.redeemForPerson(hashOfSecret(secret), passwordHash);
  if (person === null) throw new Error("the invitation did not work");
  return person;
}

test("the set-up link makes one administrator, works once, and is not issued again", async () => {
  const { accounts } = (await openResources()).database;
  const [first, second] = [await issueSetupLink({ accounts }), await issueSetupLink({ accounts })];
  const redeem = (secret: string | undefined, email: string) =>
    accounts.links.redeemSetup(hashOfSecret(secret ?? ""), { name: "Ada", email, passwordHash });
  const outcomes = await Promise.all([
    redeem(first?.secret, "one@example.org"),
    redeem(first?.secret, "two@example.org"),
    redeem(second?.secret, "three@example.org"),
  ]);
  expect(outcomes.filter((person) => person !== null)).toHaveLength(1);
  expect(await listPeople({ accounts })).toMatchObject([{ role: "administrator", active: true }]);
  expect(await issueSetupLink({ accounts })).toBeNull();
  expect(await redeem(second?.secret, "late@example.org")).toBeNull();
});

test("a link that expired does nothing", async () => {
  const { accounts } = (await openResources()).database;
  const [person] = [(await invitePerson({ accounts }, by, viewer)).person];
  const late = { kind: "invitation", hash: "late", personId: person?.id ?? null, lifetimeMs: 0 } as const;
  await accounts.links.add(late);
  await accounts.links.add({ kind: "setup", hash: "late setup", personId: null, lifetimeMs: 0 });
  expect(await accounts.links.find("late")).toBeNull();
  expect(await accounts.links.redeemForPerson("late", passwordHash)).toBeNull();
  const setup = { name: "Eve", email: "eve@example.org", passwordHash };
  expect(await accounts.links.redeemSetup("late setup", setup)).toBeNull();
});

test("an invitation works once, and a newer one replaces it", async () => {
  const { accounts } = (await openResources()).database;
  const { secret: first } = await invitePerson({ accounts }, by, viewer);
  const { secret, kind } = await issueResetLink({ accounts }, by, "bob@example.org");
  expect(kind).toBe("invitation");
  expect(await accounts.links.redeemForPerson(hashOfSecret(first), passwordHash)).toBeNull();
  const redeeming = [1, 2, 3].map(() => accounts.links.redeemForPerson(hashOfSecret(secret), passwordHash));
  expect((await Promise.all(redeeming)).filter((person) => person !== null)).toHaveLength(1);
  expect(await listPeople({ accounts })).toMatchObject([{ email: "bob@example.org", active: true }]);
});

test("the last administrator cannot be removed or demoted, and of two at once one stays", async () => {
  const { accounts } = (await openResources()).database;
  const ada = await anAdministrator(accounts);
  const last = /last administrator/;
  await expect(removePerson({ accounts }, by, ada.email)).rejects.toThrow(last);
  const demotion = { id: ada.id, change: { role: "viewer" } } as const;
  await expect(changePerson({ accounts }, by, demotion)).rejects.toThrow(last);

  // Somebody who was only invited cannot administer yet.
  await invitePerson({ accounts }, by, { ...viewer, role: "administrator" });
  await expect(removePerson({ accounts }, by, ada.email)).rejects.toThrow(last);

  const eve = await anAdministrator(accounts, "eve@example.org");
  const removals = await Promise.allSettled([ada, eve].map(({ id }) => removePerson({ accounts }, by, id)));
  expect(removals.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  expect(await accounts.people.hasAdministrator()).toBe(true);
});

test("a person is named by id, address or name; a name of two people is not enough", async () => {
  const { accounts } = (await openResources()).database;
  await invitePerson({ accounts }, by, viewer);
  await invitePerson({ accounts }, by, { ...viewer, email: "bob@example.net" });
  await expect(removePerson({ accounts }, by, "Bob")).rejects.toThrow(
    /several people.*bob@example\.net, bob@/,
  );
  await expect(removePerson({ accounts }, by, "nobody")).rejects.toThrow(FailureError);
  await removePerson({ accounts }, by, "BOB@example.net");
  await removePerson({ accounts }, by, "bob");
  expect(await listPeople({ accounts })).toEqual([]);
});

test.for([
  [{ email: "no address" }, UsageError, 'email is "no address": must be an e-mail address such as'],
  [{ name: " " }, UsageError, "name is empty"],
  [{ email: "BOB@example.org" }, FailureError, "somebody has the e-mail address bob@example.org already"],
] as const)("an invitation with %j is refused", async ([wrong, kind, says]) => {
  const { accounts } = (await openResources()).database;
  await invitePerson({ accounts }, by, viewer);
  const inviting = invitePerson({ accounts }, by, { ...viewer, email: "eve@example.org", ...wrong });
  await expect(inviting).rejects.toThrow(kind);
  await expect(inviting).rejects.toThrow(says);
});

test("a token is found by its secret until it is revoked, expires, or its owner is removed", async () => {
  const { accounts } = (await openResources()).database;
  await anAdministrator(accounts);
  const { person: bob } = await invitePerson({ accounts }, by, viewer);
  const request = {
    name: "deploy",
    scopes: ["edit"],
    tags: ["shop"],
    ownerId: null,
    lifetimeMs: null,
  } as const;
  const create = (given: object) => createAccessToken({ accounts }, by, { ...request, ...given }, Date.now());
  const find = (secret: string) => accounts.tokens.find(hashOfSecret(secret));

  const free = await create({});
  expect(free.secret).toMatch(/^swt_/);
  expect(await find(free.secret)).toEqual({
    id: free.token.id,
    name: "deploy",
    scopes: ["edit"],
    tags: ["shop"],
    owner: null,
  });
  const [listed] = await listAccessTokens({ accounts }, null);
  expect(listed?.lastUsedAtMs).not.toBeNull();
  expect(JSON.stringify(listed)).not.toContain(free.secret);
  await revokeAccessToken({ accounts }, by, { id: free.token.id, ownerId: null });
  expect(await find(free.secret)).toBeNull();

  const owned = await create({ ownerId: bob?.id });
  const another = { id: owned.token.id, ownerId: "00000000-0000-4000-8000-000000000009" };
  await expect(revokeAccessToken({ accounts }, by, another)).rejects.toThrow(FailureError);
  expect(await find(owned.secret)).toMatchObject({ owner: { email: "bob@example.org" } });
  await removePerson({ accounts }, by, "bob@example.org");
  expect(await find(owned.secret)).toBeNull();

  const expired = await createAccessToken(
    { accounts },
    by,
    { ...request, lifetimeMs: 1000 },
    Date.now() - 5000,
  );
  expect(await find(expired.secret)).toBeNull();
  await expect(create({ scopes: [] })).rejects.toThrow("a token needs a scope");
  await expect(create({ lifetimeMs: -1 })).rejects.toThrow(UsageError);
});

test("attempts are counted over all processes, also those made at the same moment", async () => {
  const { attempts } = (await openResources()).database.accounts;
  const limit = { max: 5, windowMs: 60_000 };
  const waits = await Promise.all(Array.from({ length: 20 }, () => attempts.take("ada", limit)));
  expect(waits.filter((wait) => wait === 0)).toHaveLength(5);
  expect(Math.max(...waits)).toBeLessThanOrEqual(60_000);
  expect(await attempts.take("bob", limit)).toBe(0);
  await attempts.clear("ada");
  expect(await attempts.take("ada", limit)).toBe(0);
  // A window that has ended starts anew.
  expect(await attempts.take("eve", { max: 1, windowMs: 0 })).toBe(0);
  expect(await attempts.take("eve", { max: 1, windowMs: 0 })).toBe(0);
});

test("each change is in the audit log, with who, before and after, and without secrets", async () => {
  const { accounts } = (await openResources()).database;
  const { secret } = await invitePerson({ accounts }, by, viewer);
  await changePerson({ accounts }, by, { id: "bob@example.org", change: { role: "editor", tags: ["shop"] } });
  const token = await createAccessToken(
    { accounts },
    { actor: { kind: "person", id: "7", name: "Eve" }, address: "192.0.2.1" },
    { name: "deploy", scopes: ["read"], tags: null, ownerId: null, lifetimeMs: null },
    Date.now(),
  );
  const hostile = { password: "hunter2", note: "nul \u0000 and lone \ud800" };
  await recordChange({ accounts }, by, {
    action: "site.changed",
    target: { kind: "site", id: "s", name: "shop" },
    before: null,
    after: hostile,
  });
  const entries = await listAudit({ accounts }, { limit: 10 });
  expect(entries.map(({ action, actor }) => `${actor.name}: ${action}`)).toEqual([
    "ada: site.changed",
    "Eve: access-token.created",
    "ada: person.changed",
    "ada: person.invited",
  ]);
  expect(entries[2]).toMatchObject({
    before: { role: "viewer", tags: null },
    after: { role: "editor", tags: ["shop"] },
  });
  for (const hidden of [secret, token.secret, "hunter2"])
    expect(JSON.stringify(entries)).not.toContain(hidden);

  const only = async (filter: object) =>
    (await listAudit({ accounts }, { limit: 10, ...filter })).map(({ action }) => action);
  expect(await only({ actor: "Eve" })).toEqual(["access-token.created"]);
  expect(await only({ action: "person" })).toEqual(["person.changed", "person.invited"]);
  expect(await only({ target: "shop" })).toEqual(["site.changed"]);
  expect(await only({ before: entries[2]?.id })).toEqual(["person.invited"]);
  await expect(listAudit({ accounts }, { limit: 1, before: "x" })).rejects.toThrow(UsageError);
});
