// The first administrator, people, tokens and the way back in, by the commands that an operator types.
import { afterAll, beforeAll, expect, test } from "vitest";
import { PASSWORD, signedInCookie } from "../harness/accounts.ts";
import type { TestDatabase } from "../harness/postgres/postgres-database.ts";
import { sharedPostgres } from "../harness/shared.ts";
import {
  type Ended,
  type RunningSitewire,
  type SitewireOptions,
  sitewire,
  startSitewire,
} from "../harness/sitewire.ts";
import { removeFolder, temporaryFolder } from "../harness/temporary-folder.ts";

let database: TestDatabase;
let options: SitewireOptions;
let server: RunningSitewire;
let url: string;

beforeAll(async () => {
  database = await sharedPostgres().createDatabase();
  const environment = { DATABASE_URL: database.url, SITEWIRE_SERVER_PORT: "0" };
  options = { folder: await temporaryFolder("accounts"), environment };
  await command("migrate");
  server = startSitewire(["server"], options);
  const served = await server.line(/"dashboard served"/);
  url = (JSON.parse(served) as { url: string }).url.replace(/\/$/, "");
});

afterAll(async () => {
  await server.stop();
  await database.drop();
  await removeFolder(options.folder);
});

const command = async (...args: readonly string[]): Promise<Ended> => await sitewire(args, options);

/** The secret of the link in a line. */
const secretIn = (text: string): string => /\/welcome#[a-z]+=([A-Za-z0-9_-]+)/.exec(text)?.[1] ?? "no link";

const redeem = async (body: object): Promise<number> => {
  const headers = { "content-type": "application/json", "x-sitewire": "1" };
  const request = { method: "POST", headers, body: JSON.stringify(body) };
  return (await fetch(`${url}/api/v1/one-time-links/redeem`, request)).status;
};

test("the server tells a link that makes the first administrator, once, and no longer when there is one", async () => {
  const secret = secretIn(await server.line(/no administrator yet/));
  const ada = { secret, name: "Ada", email: "ada@example.org", password: PASSWORD };
  expect(await redeem(ada)).toBe(200);
  expect(await redeem({ ...ada, email: "eve@example.org" })).toBe(409);
  await signedInCookie(url, "ada@example.org");
  expect((await command("people", "list")).stdout).toMatch(
    /^ada@example\.org {2}Ada {2}administrator {2}all sites/,
  );

  const second = startSitewire(["server"], options);
  await second.line(/"dashboard served"/);
  await second.stop();
  expect(second.stderr.join("\n")).not.toContain("/welcome");
});

test("an administrator who is locked out gets back in from the terminal, and a thief's session ends", async () => {
  const thief = await signedInCookie(url, "ada@example.org");
  const reset = await command("people", "reset", "Ada");
  expect(reset.code).toBe(0);
  const secret = secretIn(reset.stdout);
  expect(await redeem({ secret, password: "another long password" })).toBe(200);
  expect(await redeem({ secret, password: "another long password" })).toBe(409);
  const asThief = await fetch(`${url}/api/v1/people`, { headers: thief });
  expect(asThief.status).toBe(401);
  await expect(signedInCookie(url, "ada@example.org")).rejects.toThrow("401");
  await signedInCookie(url, "ada@example.org", "another long password");
});

test("people are invited, given a role and removed; the last administrator stays", async () => {
  const invited = await command("people", "add", "bob@example.org", "--name", "Bob", "--tag", "shop", "blog");
  expect(await redeem({ secret: secretIn(invited.stdout), password: PASSWORD })).toBe(200);
  expect((await command("people", "list")).stdout).toContain("bob@example.org  Bob  viewer  tags shop, blog");
  expect((await command("people", "role", "bob", "editor", "--all-sites")).stdout).toContain(
    "editor  all sites",
  );
  const twice = await command("people", "add", "bob@example.org");
  expect([twice.code, twice.stderr]).toEqual([
    1,
    "sitewire: somebody has the e-mail address bob@example.org already",
  ]);
  const last = await command("people", "remove", "Ada");
  expect([last.code, last.stderr]).toEqual([
    1,
    expect.stringContaining("the last administrator who can sign in"),
  ]);
  expect((await command("people", "remove", "bob")).stdout).toBe("removed bob@example.org");
  const role = await command("people", "role", "Ada", "boss");
  expect([role.code, role.stderr]).toEqual([
    2,
    'sitewire: the role is "boss": must be administrator, editor, viewer',
  ]);
});

test("a token is printed once, alone on standard output, works, and ends when it is revoked", async () => {
  const created = await command("tokens", "create", "deploy", "--scope", "administer", "--for", "1d");
  expect(created.stdout).toMatch(/^swt_[A-Za-z0-9_-]{43}$/);
  const headers = { authorization: `Bearer ${created.stdout}` };
  expect((await fetch(`${url}/api/v1/audit`, { headers })).status).toBe(200);
  const listed = (await command("tokens", "list")).stdout;
  expect(listed).toContain("deploy  administer  all sites");
  expect(listed).not.toContain(created.stdout);
  await command("tokens", "revoke", listed.split("  ")[0] ?? "");
  expect((await fetch(`${url}/api/v1/audit`, { headers })).status).toBe(401);
  const wrong = await command("tokens", "create", "deploy", "--scope", "everything");
  expect([wrong.code, wrong.stderr]).toEqual([
    2,
    'sitewire: --scope is "everything": must be read, edit, administer',
  ]);
});

test("the audit log shows what was changed on the terminal and over HTTP, and no secret", async () => {
  const { stdout } = await command("audit", "list", "--limit", "200");
  const actions = stdout.split("\n").map((line) => line.split("  ")[2]);
  expect(new Set(actions)).toEqual(
    new Set([
      "person.set-up",
      "session.started",
      "person.reset-link-issued",
      "person.reset",
      "person.invited",
      "person.invitation-accepted",
      "person.changed",
      "person.removed",
      "access-token.created",
      "access-token.revoked",
    ]),
  );
  const { stdout: one } = await command("audit", "list", "--action", "person.changed", "--json");
  expect(JSON.parse(one)).toMatchObject({
    before: { role: "viewer", tags: ["shop", "blog"] },
    after: { role: "editor", tags: null },
  });
  const all = (await command("audit", "list", "--json")).stdout + server.stderr.join("\n");
  for (const secret of [PASSWORD, "another long password"]) expect(all).not.toContain(secret);
  expect(all).not.toMatch(/swt_[A-Za-z0-9_-]{43}/);
});
