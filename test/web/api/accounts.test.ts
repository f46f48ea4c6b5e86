// Accounts over HTTP: who gets in, who does not, and what is written down of it.
import { afterAll, beforeAll, expect, test } from "vitest";
import { issueSetupLink } from "../../../src/apps/operations/accounts/people.ts";
import { auditPageSchema } from "../../../src/contract/api/accounts/audit.ts";
import { sessionSchema } from "../../../src/contract/api/accounts/session.ts";
import { createdTokenSchema } from "../../../src/contract/api/accounts/tokens.ts";
import { aPersonIn, PASSWORD, signedInCookie, tokenHeader } from "../../harness/accounts.ts";
import { aServer, type TestServer } from "../../harness/server.ts";

let server: TestServer;
let administrator: { readonly cookie: string };

beforeAll(async () => {
  server = await aServer();
  await aPersonIn(server.database);
  administrator = await signedInCookie(server.url, "ada@example.org");
});

afterAll(async () => {
  await server.close();
});

const status = async (method: string, path: string, headers: object, body?: unknown) =>
  (await server.send(method, path, body, { ...headers })).status;

const sessionOf = async (headers: object) =>
  sessionSchema.parse(await (await server.get("/api/v1/session", { headers: { ...headers } })).json());

test("who has signed in has the rights of the role, and who signs out has them no more", async () => {
  const cookie = await signedInCookie(server.url, "ada@example.org");
  expect(await sessionOf(cookie)).toMatchObject({
    person: { name: "Ada", email: "ada@example.org", role: "administrator" },
    rights: ["read", "edit", "administer"],
    setupNeeded: false,
  });
  expect(await status("GET", "/api/v1/people", cookie)).toBe(200);
  expect(await status("POST", "/api/auth/sign-out", cookie)).toBe(200);
  expect(await status("GET", "/api/v1/people", cookie)).toBe(401);
});

test("without a right, with an end that has come, or with a made-up secret nobody gets in", async () => {
  const nowMs = Date.now();
  const expired = await server.database.accounts.tokens.add({
    name: "expired",
    hash: "0".repeat(64),
    beginning: "swt_",
    scopes: ["administer"],
    tags: null,
    ownerId: null,
    expiresAtMs: nowMs - 1,
  });
  expect(expired.expiresAtMs).toBeLessThan(nowMs);
  await aPersonIn(server.database, { email: "eve@example.org", role: "editor" });
  const editor = await signedInCookie(server.url, "eve@example.org");
  const made = { authorization: `Bearer swt_${"A".repeat(43)}` };
  const attempts: readonly (readonly [object, number])[] = [
    [{}, 401],
    [editor, 403],
    [await tokenHeader(server.database, "edit"), 403],
    [made, 401],
    [{ ...administrator, ...made }, 401],
    [{ authorization: "Basic YWRhOmFkYQ==" }, 401],
    [{ authorization: "Bearer" }, 401],
    [{ cookie: "sitewire.session_token=made-up.signature" }, 401],
    [{ cookie: "sitewire.session_token=%" }, 401],
    [{ cookie: `sitewire.session_token=${"x".repeat(3000)}` }, 401],
    [await tokenHeader(server.database, "administer"), 200],
    [administrator, 200],
  ];
  for (const [headers, expected] of attempts) {
    expect([await status("GET", "/api/v1/people", headers), headers]).toEqual([expected, headers]);
    expect([await status("GET", "/api/v1/audit", headers), headers]).toEqual([expected, headers]);
  }
});

test("a change that another site's page sends with the cookie is refused", async () => {
  const path = "/api/v1/people";
  const body = JSON.stringify({ name: "Eve", email: "eve@evil.example", role: "administrator" });
  const forged: readonly Readonly<Record<string, string>>[] = [
    { "content-type": "text/plain" },
    { "content-type": "application/x-www-form-urlencoded" },
    { "content-type": "application/json", origin: "https://evil.example" },
    { "content-type": "application/json", origin: "https://evil.example", "x-sitewire": "1" },
    { "content-type": "application/json", origin: "null" },
    { "content-type": "application/json", origin: server.url, "sec-fetch-site": "cross-site" },
  ];
  for (const headers of forged) {
    for (const target of [path, "/api/auth/sign-out", "/api/auth/sign-in/email"]) {
      const answer = await fetch(server.url + target, {
        method: "POST",
        headers: { ...administrator, ...headers },
        body,
      });
      expect([answer.status, target, headers]).toEqual([403, target, headers]);
    }
  }
  expect(await status("GET", path, administrator)).toBe(200);
});

test("guessing passwords is stopped for the account, from wherever, and over all processes", async () => {
  await aPersonIn(server.database, { email: "target@example.org", role: "viewer" });
  const second = await aServer({ databaseUrl: server.databaseUrl });
  try {
    const guess = async (at: TestServer, email: string, password = "wrong password wrong") =>
      await at.send("POST", "/api/auth/sign-in/email", { email, password });
    const answers = await Promise.all(
      Array.from({ length: 14 }, (_, index) =>
        guess(index % 2 === 0 ? server : second, "target@example.org"),
      ),
    );
    expect(answers.filter((answer) => answer.status === 401)).toHaveLength(10);
    expect(answers.filter((answer) => answer.status === 429)).toHaveLength(4);
    const right = await guess(second, "TARGET@example.org ", PASSWORD);
    expect(right.status).toBe(429);
    expect(Number(right.headers.get("retry-after"))).toBeGreaterThan(60);
    // An account that does not exist is counted alike, so that the limit does not tell.
    const unknown = await Promise.all(Array.from({ length: 11 }, () => guess(server, "nobody@example.org")));
    expect(unknown.map((answer) => answer.status).toSorted()).toEqual([...Array(10).fill(401), 429]);
    // Others from the same address still get in, until the address has tried too often.
    expect((await guess(server, "ada@example.org", PASSWORD)).status).toBe(200);
    const spray = await Promise.all(
      Array.from({ length: 60 }, (_, index) => guess(server, `p${index}@example.org`)),
    );
    expect(spray.some((answer) => answer.status === 429)).toBe(true);
    expect((await guess(second, "ada@example.org", PASSWORD)).status).toBe(429);
  } finally {
    await second.close();
    await server.database.accounts.attempts.clear("sign-in from 127.0.0.1");
  }
});

test("the set-up link makes an administrator once, and only while there is none", async () => {
  const fresh = await aServer();
  try {
    const link = await issueSetupLink(fresh.database);
    const secret = link?.secret ?? "";
    const redeem = (given: object) =>
      fresh.send("POST", "/api/v1/one-time-links/redeem", {
        secret,
        name: "Ada",
        email: "ada@example.org",
        password: PASSWORD,
        ...given,
      });
    expect((await redeem({ password: "too short" })).status).toBe(422);
    expect((await redeem({ email: "nonsense" })).status).toBe(422);
    expect((await redeem({ secret: "A".repeat(43) })).status).toBe(409);
    expect((await redeem({})).status).toBe(200);
    expect((await redeem({})).status).toBe(409);
    expect((await signedInCookie(fresh.url, "ada@example.org")).cookie).toContain("sitewire.session_token=");
    expect(await issueSetupLink(fresh.database)).toBeNull();
  } finally {
    await fresh.close();
  }
});

test("an invited person sees whom the link is for, sets a password and signs in", async () => {
  const invited = { name: "Bob", email: "bob@example.org", role: "viewer", tags: ["shop"] };
  const answer = await server.send("POST", "/api/v1/people", invited, administrator);
  expect(answer.status).toBe(201);
  const { url } = (await answer.json()) as { url: string };
  const [kind, secret] = new URL(url).hash.slice(1).split("=");
  expect(kind).toBe("invitation");
  const question = await server.send("POST", "/api/v1/one-time-links/question", { secret });
  expect(await question.json()).toEqual({
    kind: "invitation",
    person: { name: "Bob", email: "bob@example.org" },
  });
  const redeemed = await server.send("POST", "/api/v1/one-time-links/redeem", { secret, password: PASSWORD });
  expect(await redeemed.json()).toEqual({ email: "bob@example.org" });
  const cookie = await signedInCookie(server.url, "bob@example.org");
  expect(await sessionOf(cookie)).toMatchObject({ person: { name: "Bob" }, rights: ["read"] });
});

test("a link leads to the configured address, whatever the request's Host says", async () => {
  const publicUrl = "https://status.example.org/";
  const behind = await aServer({
    databaseUrl: server.databaseUrl,
    change: (resources) => {
      const { configuration } = resources;
      return {
        ...resources,
        configuration: { ...configuration, server: { ...configuration.server, publicUrl } },
      };
    },
  });
  const linkFrom = async (at: TestServer, email: string) => {
    const forged = { "x-forwarded-host": "evil.example", forwarded: "host=evil.example" };
    const headers = { ...(await tokenHeader(at.database, "administer")), ...forged };
    const answer = await at.send("POST", "/api/v1/people", { name: "Host", email }, headers);
    return ((await answer.json()) as { url: string }).url;
  };
  try {
    const link = await linkFrom(behind, "behind@example.org");
    expect(link).toMatch(/^https:\/\/status\.example\.org\/welcome#invitation=/);
    expect(await linkFrom(server, "plain@example.org")).toContain(`${server.url}/welcome#invitation=`);
  } finally {
    await behind.close();
  }
});

test("two editors of one person do not overwrite each other", async () => {
  const eve = await aPersonIn(server.database, { email: "edited@example.org", role: "viewer" });
  const path = `/api/v1/people/${eve.id}`;
  const read = await server.get(path, { headers: administrator });
  const etag = read.headers.get("etag") ?? "";
  const change = (headers: object) =>
    server.send("PATCH", path, { role: "editor" }, { ...administrator, ...headers });
  expect((await change({})).status).toBe(428);
  const answers = await Promise.all([change({ "if-match": etag }), change({ "if-match": etag })]);
  expect(answers.map((answer) => answer.status).toSorted()).toEqual([200, 412]);
  expect(await status("DELETE", path, { ...administrator, "if-match": etag })).toBe(412);
  expect(await status("DELETE", path, { ...administrator, "if-match": "*" })).toBe(204);
  expect(await status("GET", path, administrator)).toBe(404);
});

test("the last administrator cannot be removed over the API either", async () => {
  const [ada] = await server.database.accounts.people.find("ada@example.org");
  const path = `/api/v1/people/${ada?.id}`;
  expect(await status("DELETE", path, { ...administrator, "if-match": "*" })).toBe(409);
  expect(await status("PATCH", path, { ...administrator, "if-match": "*" }, { role: "viewer" })).toBe(409);
});

test("a token is shown once, never has more than its owner, and shows when it was used", async () => {
  await aPersonIn(server.database, { email: "maker@example.org", role: "editor" });
  const maker = await signedInCookie(server.url, "maker@example.org");
  const wanted = { name: "deploy", scopes: ["edit"], expiresAt: null };
  expect(await status("POST", "/api/v1/tokens", maker, { ...wanted, scopes: ["administer"] })).toBe(422);
  const answer = await server.send("POST", "/api/v1/tokens", wanted, maker);
  const created = createdTokenSchema.parse(await answer.json());
  const bearer = { authorization: `Bearer ${created.token}` };
  expect(await sessionOf(bearer)).toMatchObject({ person: null, rights: ["read", "edit"] });
  // A token makes no tokens.
  expect(await status("POST", "/api/v1/tokens", bearer, wanted)).toBe(401);

  const listed = await (await server.get("/api/v1/tokens", { headers: maker })).text();
  expect(listed).not.toContain(created.token);
  expect(JSON.parse(listed)).toMatchObject({
    items: [{ name: "deploy", lastUsedAt: expect.any(String) }],
    total: 1,
  });

  // Nobody else's token can be revoked, but for administrators.
  await aPersonIn(server.database, { email: "other@example.org", role: "editor" });
  const other = await signedInCookie(server.url, "other@example.org");
  expect(await status("DELETE", `/api/v1/tokens/${created.id}`, other)).toBe(404);
  expect(await status("DELETE", `/api/v1/tokens/${created.id}`, administrator)).toBe(204);
  expect(await status("GET", "/api/v1/session", bearer)).toBe(401);
});

test("neither a token nor a link is kept for a request that is sent again with its Idempotency-Key", async () => {
  const key = { ...administrator, "idempotency-key": "one-of-a-kind" };
  const once = async (path: string, body: object) => {
    const answers = [await server.send("POST", path, body, key), await server.send("POST", path, body, key)];
    return { statuses: answers.map((answer) => answer.status), text: await answers[1]?.text() };
  };
  const token = await once("/api/v1/tokens", { name: "kept", scopes: ["read"], expiresAt: null });
  expect(token).toEqual({ statuses: [201, 409], text: expect.not.stringContaining("swt_") });
  key["idempotency-key"] = "another";
  const invited = await once("/api/v1/people", { name: "Kept", email: "kept@example.org" });
  expect(invited).toEqual({ statuses: [201, 409], text: expect.not.stringContaining("welcome#") });
});

test("people see where they are signed in, and end a session elsewhere", async () => {
  await aPersonIn(server.database, { email: "two@example.org", role: "viewer" });
  const [here, there] = [
    await signedInCookie(server.url, "two@example.org"),
    await signedInCookie(server.url, "two@example.org"),
  ];
  const { items } = (await (await server.get("/api/v1/sessions", { headers: here })).json()) as {
    items: { id: string; current: boolean }[];
  };
  expect(items.map(({ current }) => current).toSorted()).toEqual([false, true]);
  const elsewhere = items.find(({ current }) => !current)?.id;
  expect(await status("DELETE", `/api/v1/sessions/${elsewhere}`, administrator)).toBe(404);
  expect(await status("DELETE", `/api/v1/sessions/${elsewhere}`, here)).toBe(204);
  expect((await sessionOf(there)).person).toBeNull();
  expect((await sessionOf(here)).person).not.toBeNull();
});

test("the audit log says who did what from where, a page at a time, and holds no secret", async () => {
  const page = async (query: string) =>
    auditPageSchema.parse(
      await (await server.get(`/api/v1/audit${query}`, { headers: administrator })).json(),
    );
  const first = await page("?limit=2&action=session.started");
  expect(first.items).toMatchObject([{ action: "session.started", address: "127.0.0.1" }, {}]);
  const second = await page(`?limit=2&action=session.started&cursor=${first.next}`);
  expect(Number(second.items[0]?.id)).toBeLessThan(Number(first.items[1]?.id));
  const all = JSON.stringify(await page("?limit=500"));
  expect(all).toContain('"actor":{"kind":"person"');
  for (const secret of [PASSWORD, administrator.cookie.split("=")[1] ?? "?"])
    expect(all).not.toContain(secret);
  // The beginning of a token is shown, the token is not.
  expect(all).not.toMatch(/swt_[A-Za-z0-9_-]{43}/);
  expect(server.logged.join("\n")).not.toContain(PASSWORD);
  const wrong = await server.get("/api/v1/audit?cursor=1;drop", { headers: administrator });
  expect(wrong.status).toBe(422);
});
