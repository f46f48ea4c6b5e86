// Subscriptions from the form to the mailbox, and out again: the server in this process, the notifier in one of its own.
import { createHmac } from "node:crypto";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { forgiveAccount } from "../../../../src/apps/operations/accounts/sign-in-attempts.ts";
import { addNotice, addNoticeUpdate } from "../../../../src/apps/operations/status-pages/notices.ts";
import { subscriberListSchema } from "../../../../src/contract/api/status-pages/subscribers.ts";
import { eventually } from "../../../harness/eventually.ts";
import { type MailServer, startMailServer } from "../../../harness/servers/mail-server.ts";
import { aWebsite } from "../../../harness/servers/website.ts";
import { type RunningSitewire, startSitewire } from "../../../harness/sitewire.ts";
import { removeFolder, temporaryFolder } from "../../../harness/temporary-folder.ts";
import { plainSql } from "../../../services/postgres/ground.ts";
import { aProgram } from "../../api/a-program.ts";
import { aPublishingServer, type Publishing } from "../publishing.ts";

const SECRETS_KEY = "a key of the test that is long enough";
const form = { "content-type": "application/x-www-form-urlencoded" };
const bounced = "full@bounce.example";

let mails: MailServer;
let server: Publishing;
let notifier: RunningSitewire;
let folder: string;

beforeAll(async () => {
  mails = await startMailServer({
    onRcptTo({ address }, _session, callback) {
      const unknown = Object.assign(new Error("no such mailbox"), { responseCode: 550 });
      callback(address === bounced && refusing ? unknown : null);
    },
  });
  const settings = {
    secretsKey: SECRETS_KEY,
    subscriberTargets: ["loopback"],
    channels: {
      mail: {
        type: "email",
        host: "127.0.0.1",
        port: mails.port,
        tls: "none",
        from: "status@shop.example",
        to: ["ops@shop.example"],
      },
    },
    routes: [],
    statusPages: [
      {
        slug: "shop",
        title: "Shop status",
        hostNames: ["status.shop.example"],
        groups: [{ sites: [{ site: "Shop" }, { site: "Vault" }] }],
        subscriptions: { email: "mail", webhooks: true },
      },
      {
        slug: "inner",
        title: "Inner rooms",
        visibility: "password",
        password: "correct horse battery",
        groups: [{ sites: [{ site: "Vault" }] }],
        subscriptions: { email: "mail" },
      },
      { slug: "quiet", title: "Quiet", groups: [{ sites: [{ site: "Shop" }] }] },
    ],
  };
  server = await aPublishingServer({ file: JSON.stringify(settings) });
  folder = await temporaryFolder("subscriptions");
  await writeFile(path.join(folder, "sitewire.yaml"), JSON.stringify(settings));
  notifier = startSitewire(["notify"], { folder, environment: { DATABASE_URL: server.databaseUrl } });
});

afterAll(async () => {
  await notifier.stop("SIGKILL");
  await Promise.all([server.close(), mails.close(), removeFolder(folder)]);
});

let refusing = false;

// Each test is a visitor who comes for the first time.
beforeEach(async () => {
  await forgiveAccount(server.database, "subscription to shop from 127.0.0.1");
});

const sql = async (statement: string) => await (await plainSql(server.databaseUrl))(statement);

const mailsTo = (address: string) => mails.received.filter(({ to }) => to.includes(address));

/** Undoes quoted-printable: long lines and `=` are encoded. */
function textOf(raw: string): string {
  return raw
    .replaceAll("=\r\n", "")
    .replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

function linkIn(raw: string, kind: "confirm" | "unsubscribe"): URL {
  const found = new RegExp(`https?://[^\\s"<>]+/${kind}\\?token=[\\w-]+`).exec(textOf(raw))?.[0];
  return new URL(found ?? expect.fail(`no link to ${kind} in ${textOf(raw)}`));
}

async function ask(address: string, rest: Record<string, string> = {}, at = "/status/shop", host?: string) {
  const body = new URLSearchParams({ kind: "email", address, ...rest }).toString();
  return await server.ask(`${at}/subscribe`, {
    method: "POST",
    headers: { ...form, ...(host === undefined ? {} : { host }) },
    body,
  });
}

const post = (link: URL, headers: Record<string, string> = form, body = "") =>
  server.ask(link.pathname + link.search, { method: "POST", headers: { host: link.host, ...headers }, body });

async function mailTo(address: string, count: number): Promise<(typeof mails.received)[number]> {
  await eventually(`${address} has ${count} mails`, async () => mailsTo(address).length >= count);
  return mailsTo(address)[count - 1] ?? expect.fail("no mail");
}

async function subscribed(address: string, rest: Record<string, string> = {}): Promise<void> {
  expect((await ask(address, rest)).status).toBe(202);
  const { raw } = await mailTo(address, 1);
  expect((await post(linkIn(raw, "confirm"))).status).toBe(200);
}

const resources = () => ({ database: server.database, configuration: server.resources.configuration });

async function written(title: string, sites: readonly string[] = []): Promise<string> {
  const notice = { title, sites, impact: "major", incidentId: null } as const;
  const { id } = await addNotice(resources(), "shop", {
    ...notice,
    state: "investigating",
    text: "We look.",
    by: "Ann",
  });
  return id;
}

describe("a subscription by e-mail", () => {
  test("is asked for, confirmed, told, and ended by one click, under the page's own host name", async () => {
    const address = "ann@reader.example";
    const host = "status.shop.example";
    expect((await ask(address, {}, "", host)).status).toBe(202);
    const asked = await mailTo(address, 1);
    const confirm = linkIn(asked.raw, "confirm");
    expect([confirm.host, confirm.pathname]).toEqual([host, "/confirm"]);
    // Looking at the link, as a scanner of mails does, confirms nothing.
    const looked = await server.ask(confirm.pathname + confirm.search, { headers: { host } });
    expect([looked.status, looked.headers["cache-control"]]).toEqual([200, "no-store"]);
    await written("Before the confirmation");
    expect((await post(confirm)).body).toContain("You are subscribed");

    const id = await written("Cards fail");
    await addNoticeUpdate(resources(), { id }, { state: "resolved", text: "Cards work again.", by: "Ann" });
    await mailTo(address, 3);
    const subjects = mailsTo(address).map(({ headers }) => headers.get("subject"));
    expect(subjects).toEqual([
      "Confirm your subscription to Shop status",
      "[Shop status] Investigating: Cards fail",
      "[Shop status] Resolved: Cards fail",
    ]);
    const told = await mailTo(address, 3);
    expect(textOf(told.raw)).toContain("Cards work again.");
    expect(told.headers.get("list-unsubscribe-post")).toBe("List-Unsubscribe=One-Click");
    const end = new URL(told.headers.get("list-unsubscribe")?.slice(1, -1) ?? "");
    expect(end.host).toBe(host);
    // RFC 8058: a POST without cookies, from a mail program.
    expect((await post(end, form, "List-Unsubscribe=One-Click")).status).toBe(200);
    await written("After the end");
    const other = "later@reader.example";
    await subscribed(other);
    await written("Much later");
    await mailTo(other, 2);
    expect(mailsTo(address)).toHaveLength(3);
  });

  test("may be of some systems only", async () => {
    const [site] = await sql("SELECT id FROM sites WHERE name = 'Vault'");
    const address = "vault@reader.example";
    await subscribed(address, { site: String(site?.id) });
    await written("Shop fails", ["Shop"]);
    await written("Vault fails", ["Vault"]);
    expect((await mailTo(address, 2)).headers.get("subject")).toContain("Vault fails");
  });

  test("hears of planned maintenance", async () => {
    const address = "planner@reader.example";
    await subscribed(address);
    const start = new Date(Date.now() + 86_400_000).toISOString().slice(0, 16);
    const administrator = await aProgram(server);
    const window = { name: "Move to a new hall", start, durationMs: 3_600_000 };
    expect((await administrator.send("POST", "/api/v1/maintenance", window)).status).toBe(201);
    await written("Something else");
    await eventually("maintenance is announced", async () =>
      mailsTo(address).some(({ headers }) => headers.get("subject")?.includes("Move to a new hall") === true),
    );
  });

  test("is asked for without telling who is subscribed, and an address is not written to again and again", async () => {
    const address = "known@reader.example";
    await subscribed(address);
    const [known, unknown] = [await ask(address), await ask("unknown@reader.example")];
    expect([known.status, known.body]).toEqual([unknown.status, unknown.body]);
    await mailTo("unknown@reader.example", 1);
    await ask("unknown@reader.example");
    await ask("marker@reader.example");
    await mailTo("marker@reader.example", 1);
    expect(mailsTo("unknown@reader.example")).toHaveLength(1);
    expect(mailsTo(address)).toHaveLength(1);
  });

  test("keeps no token in the database", async () => {
    const tokens = mails.received.flatMap(({ raw }) =>
      [...textOf(raw).matchAll(/token=([\w-]+)/g)].map(([, token]) => token),
    );
    expect(tokens).not.toHaveLength(0);
    const rows = JSON.stringify([
      await sql("SELECT * FROM status_page_subscribers"),
      await sql("SELECT * FROM status_page_messages"),
      await sql("SELECT * FROM status_page_subscriber_tokens"),
    ]);
    expect(tokens.filter((token) => rows.includes(String(token)))).toEqual([]);
  });

  test("ends after three messages that bounced, and may be asked for again", async () => {
    await subscribed(bounced);
    refusing = true;
    for (const title of ["One", "Two", "Three"]) await written(title);
    await eventually("the subscription has ended", async () => {
      const [row] = await sql(`SELECT ended_at FROM status_page_subscribers WHERE address = '${bounced}'`);
      return row?.ended_at !== null;
    });
    const [{ count } = {}] = await sql(
      `SELECT count(*)::int FROM status_page_messages WHERE failure LIKE '%no such mailbox%' AND failed_at IS NOT NULL`,
    );
    expect(count).toBe(3);
  });

  test("with a link that was made up ends in a page that says so", async () => {
    for (const kind of ["confirm", "unsubscribe"]) {
      const answer = await server.ask(`/status/shop/${kind}?token=made-up`);
      expect([answer.status, answer.body.includes("not valid any more")]).toEqual([410, true]);
    }
  });
});

describe("a subscription by webhook", () => {
  test("is confirmed by who receives it, and its messages are signed", async () => {
    const receiver = await aWebsite();
    const received: {
      readonly body: Record<string, unknown>;
      readonly headers: Record<string, unknown>;
      readonly raw: string;
    }[] = [];
    receiver.answers((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const raw = Buffer.concat(chunks).toString();
        received.push({ raw, body: JSON.parse(raw), headers: request.headers });
        response.end();
      });
    });
    expect((await ask(`${receiver.url}hook`, { kind: "webhook" })).status).toBe(202);
    await eventually("the webhook is asked", async () => received.length === 1);
    expect(received[0]?.body).toMatchObject({ kind: "confirmation", page: { title: "Shop status" } });
    const confirm = new URL(String(received[0]?.body.confirmUrl));
    const confirmed = await post(confirm, { accept: "application/json" });
    const { secret } = JSON.parse(confirmed.body) as { secret: string };
    await written("Told to programs");
    await eventually("the webhook is told", async () => received.length === 2);
    const { body, raw, headers } = received[1] ?? expect.fail("no message");
    expect(body).toMatchObject({
      kind: "incident",
      incident: { state: "investigating", title: "Told to programs" },
    });
    const signed = `${String(headers["webhook-id"])}.${String(headers["webhook-timestamp"])}.${raw}`;
    const key = Buffer.from(secret.slice("whsec_".length), "base64");
    expect(headers["webhook-signature"]).toBe(
      `v1,${createHmac("sha256", key).update(signed).digest("base64")}`,
    );
    await receiver.goAway();
  });

  test("of an address inside the network is never called", async () => {
    // Only loopback is allowed here; a private address stands for one inside the network.
    expect((await ask("http://10.11.12.13/hook", { kind: "webhook" })).status).toBe(202);
    await eventually("the message is refused", async () => {
      const [row] = await sql(
        "SELECT failure FROM status_page_messages AS message JOIN status_page_subscribers AS subscriber ON subscriber.id = subscriber_id WHERE address LIKE 'http://10.%'",
      );
      return String(row?.failure).includes("may not reach");
    });
  });
});

describe("who may subscribe", () => {
  test("to a page with a password knows it", async () => {
    const closed = await ask("spy@reader.example", {}, "/status/inner");
    expect(closed.status).toBe(401);
    expect(closed.body).not.toContain("Inner rooms");
    const entered = await server.ask("/status/inner/enter", {
      method: "POST",
      headers: form,
      body: new URLSearchParams({ password: "correct horse battery" }).toString(),
    });
    const cookie = String(entered.headers["set-cookie"]).split(";")[0] ?? "";
    const open = await server.ask("/status/inner/subscribe", { headers: { cookie } });
    expect([open.status, open.body.includes("Inner rooms")]).toEqual([200, true]);
  });

  test("is nobody where the page takes no subscriptions", async () => {
    expect((await server.ask("/status/quiet")).body).not.toContain("/subscribe");
    expect((await server.ask("/status/quiet/subscribe")).status).toBe(404);
    expect((await ask("x@reader.example", {}, "/status/quiet")).status).toBe(404);
  });

  test.each(["", "not-an-address", "a@b\r\nBcc: all@example.com"])(
    "is nobody with the address %j",
    async (address) => {
      expect((await ask(address)).status).toBe(422);
    },
  );

  test("tries only so often", async () => {
    const statuses = [];
    for (let n = 0; n < 11; n += 1) statuses.push((await ask("")).status);
    expect(statuses.at(-1)).toBe(429);
  });
});

test("administrators list and remove subscribers, and nobody else sees an address", async () => {
  const subscribers = "/api/v1/status-pages/shop/subscribers";
  const [administrator, editor] = await Promise.all([
    aProgram(server, { scopes: ["administer"] }),
    aProgram(server),
  ]);
  expect((await editor.get(subscribers)).status).toBe(403);
  const first = subscriberListSchema.parse(await (await administrator.get(`${subscribers}?limit=2`)).json());
  const rest = subscriberListSchema.parse(
    await (await administrator.get(`${subscribers}?cursor=${first.next}`)).json(),
  );
  const all = [...first.items, ...rest.items];
  expect(new Set(all.map(({ id }) => id)).size).toBe(first.total);
  const known = all.find(({ address }) => address === "known@reader.example");
  expect(known?.state).toBe("confirmed");
  expect((await administrator.send("DELETE", `${subscribers}/${known?.id}`)).status).toBe(204);
  expect((await administrator.send("DELETE", `${subscribers}/${known?.id}`)).status).toBe(404);
  for (const place of ["", "/subscribe", "/summary.json", "/feed.atom"]) {
    expect((await server.ask(`/status/shop${place}`)).body).not.toContain("reader.example");
  }
});
