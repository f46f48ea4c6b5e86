// Who may see some sites only follows those, and nothing more once the right is gone: not until the stream ends by itself.
import { createHash, randomBytes } from "node:crypto";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { liveIncidentsSchema, liveSitesSchema } from "../../../../src/contract/api/pipeline/live.ts";
import { defineSite, type Site } from "../../../../src/contract/checks/site.ts";
import { aResult } from "../../../contract/a-result.ts";
import { aPersonIn } from "../../../harness/accounts.ts";
import { aServer, type TestServer } from "../../../harness/server.ts";
import { type EventStream, followLive } from "../../../harness/servers/event-stream.ts";
import { aProgram } from "../a-program.ts";

const [shop, office] = ["shop", "office"].map((tag) =>
  defineSite({ url: `https://${tag}.example/`, intervalMs: 60_000, tags: [tag] }),
) as [Site, Site];

let server: TestServer;
let client: pg.Client;

beforeAll(async () => {
  server = await aServer();
  await server.database.sites.save([shop, office]);
  client = new pg.Client(server.databaseUrl);
  await client.connect();
});

afterAll(async () => {
  await client.end();
  await server.close();
});

type Credentials = Readonly<Record<string, string>>;

async function follow(credentials: Credentials, lastEventId?: string): Promise<EventStream> {
  const stream = await followLive(`${server.url}/api/v1/live`, lastEventId, credentials);
  await stream.next("hello");
  return stream;
}

/** Fixed: a minute that ends during the test would leave a slot without a result. */
const firstSlotMs = Math.floor(Date.now() / 60_000) * 60_000 - 3_600_000;
let slots = 0;

/** Results of both sites in two transactions, the one of the shop last. */
async function record(verdict: "up" | "down" = "up"): Promise<void> {
  slots += 1;
  const slot = new Date(firstSlotMs + slots * 60_000).toISOString();
  for (const { id, url } of [office, shop]) {
    await server.database.results.record([aResult({ siteId: id, url, slot, verdict })]);
  }
}

const sitesIn = ({ received }: EventStream) =>
  received
    .filter(({ event }) => event === "sites")
    .flatMap(({ data }) => liveSitesSchema.parse(data).sites.map(({ id }) => id));

test("who may see one tag follows the sites with it, and their incidents, and hears of no other", async () => {
  const { authorization } = await aProgram(server, { scopes: ["read"], tags: ["shop"] });
  const stream = await follow({ authorization });
  for (const verdict of ["up", "up", "up", "down", "down"] as const) await record(verdict);
  const { incidents } = liveIncidentsSchema.parse((await stream.next("incidents")).data);
  expect(incidents.map(({ siteId }) => siteId)).toEqual([shop.id]);
  await record("up");
  await stream.next("sites");
  expect(new Set(sitesIn(stream))).toEqual(new Set([shop.id]));
  expect(JSON.stringify(stream.received)).not.toContain(office.id);
  // What is resumed is no way around.
  const resumed = await follow({ authorization }, "1-0");
  await record();
  await resumed.next("sites");
  expect(JSON.stringify(resumed.received)).not.toContain(office.id);
  for (const each of [stream, resumed]) each.close();
});

describe("a stream ends within seconds", () => {
  const someone = async (): Promise<{ readonly id: string; readonly cookie: string }> => {
    const email = `${randomBytes(6).toString("hex")}@example.org`;
    const { id } = await aPersonIn(server.database, { email, role: "viewer", tags: ["shop", "office"] });
    const token = randomBytes(24).toString("hex");
    const hash = createHash("sha256").update(token).digest("hex");
    await client.query(
      "INSERT INTO sessions (token, person_id, expires_at) VALUES ($1, $2, now() + interval '1 day')",
      [hash, id],
    );
    return { id, cookie: `sitewire.session_token=${token}.signature` };
  };

  test("when the person's tags are narrowed, and goes on with the tags that are left", async () => {
    const { id, cookie } = await someone();
    const stream = await follow({ cookie });
    await client.query("UPDATE people SET tags = '{shop}' WHERE id = $1", [id]);
    await stream.ended;
    const resumed = await follow({ cookie }, stream.lastId());
    await record();
    await resumed.next("sites");
    expect(new Set(sitesIn(resumed))).toEqual(new Set([shop.id]));
    resumed.close();
  });

  test.each([
    ["when the session is ended", "DELETE FROM sessions WHERE person_id = $1"],
    ["when the person is removed", "DELETE FROM people WHERE id = $1"],
  ])("%s", async (_, statement) => {
    const { id, cookie } = await someone();
    const stream = await follow({ cookie });
    await client.query(statement, [id]);
    await stream.ended;
  });

  test("when the token is revoked or narrowed; another one's goes on", async () => {
    const other = await follow({
      authorization: (await aProgram(server, { scopes: ["read"], tags: ["shop"] })).authorization,
    });
    for (const statement of [
      "DELETE FROM access_tokens WHERE hash = $1",
      "UPDATE access_tokens SET tags = '{shop}' WHERE hash = $1",
      "UPDATE access_tokens SET scopes = '{edit}' WHERE hash = $1",
    ]) {
      const { authorization } = await aProgram(server, { scopes: ["read"] });
      const stream = await follow({ authorization });
      const secret = authorization.replace("Bearer ", "");
      const { rowCount } = await client.query(statement, [createHash("sha256").update(secret).digest("hex")]);
      expect(rowCount).toBe(1);
      await stream.ended;
    }
    await record();
    await other.next("sites");
    other.close();
  });
});
