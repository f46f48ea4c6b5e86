// E-mail against an SMTP server that keeps what arrives, with TLS of each kind and logins of each kind.

import { once } from "node:events";
import { createServer } from "node:net";
import type { SMTPServerOptions } from "smtp-server";
import { describe, expect, onTestFinished, test } from "vitest";
import { channelSettingsSchema } from "../../../src/contract/alerting/channel-settings.ts";
import type { ConfiguredChannel } from "../../../src/core/alerting/ports.ts";
import { createChannel } from "../../../src/services/channels/create-channel.ts";
import { createCertificateAuthority } from "../../harness/certificates.ts";
import { HeldClock } from "../../harness/held-clock.ts";
import { type MailServer, startMailServer } from "../../harness/servers/mail-server.ts";
import { aWebsite } from "../../harness/servers/website.ts";
import { aDigest, aNotice, NOTICES } from "./notices.ts";

const PASSWORD = "an-smtp-password";

async function aMailServer(options: SMTPServerOptions = {}): Promise<MailServer> {
  const server = await startMailServer(options);
  onTestFinished(() => server.close());
  return server;
}

function channelTo(port: number, given: object = {}, timeoutMs = 10_000): ConfiguredChannel {
  const settings = channelSettingsSchema.parse({
    type: "email",
    host: "localhost",
    port,
    tls: "none",
    from: "Sitewire <sitewire@alerts.example>",
    to: ["ada@ops.example", "bob@ops.example"],
    ...given,
  });
  return createChannel(settings, { clock: new HeldClock(0), timeoutMs });
}

const send = (channel: ConfiguredChannel, notice = aNotice("opened")) =>
  channel.send(notice, new AbortController().signal);

const login = (user: string, password: string): Pick<SMTPServerOptions, "onAuth"> => ({
  onAuth(auth, _session, callback) {
    const isRight = auth.username === user && auth.password === password;
    callback(isRight ? null : new Error(`no such user, or not ${auth.password}`), {
      user: auth.username ?? "",
    });
  },
});

test("it says what is broken in its subject, in plain text and in HTML", async () => {
  const server = await aMailServer();
  expect(await send(channelTo(server.port))).toEqual({ kind: "sent" });
  const [mail] = server.received;
  expect(mail?.to).toEqual(["ada@ops.example", "bob@ops.example"]);
  expect(mail?.headers.get("subject")).toBe(
    "DOWN shop since 2026-12-06 02:03 UTC: status: expected 200-399, found 503. Next: check the application and its load",
  );
  expect(mail?.headers.get("auto-submitted")).toBe("auto-generated");
  expect(mail?.headers.get("content-type")).toContain("multipart/alternative");
  expect(mail?.raw).toContain("Content-Type: text/plain");
  expect(mail?.raw).toContain("Content-Type: text/html");
});

test("the messages of one incident are one conversation, each with a name of its own", async () => {
  const server = await aMailServer();
  const channel = channelTo(server.port);
  for (const kind of ["opened", "reminder", "resolved"] as const) await send(channel, aNotice(kind));
  const field = (name: string) => server.received.map(({ headers }) => headers.get(name));
  expect(new Set(field("message-id")).size).toBe(3);
  expect(field("message-id")[0]).toMatch(/^<[^@<>\s]+@alerts\.example>$/);
  expect(new Set(field("references")).size).toBe(1);
  expect(field("in-reply-to")).toEqual(field("references"));
});

test.each(Object.keys(NOTICES))("no text breaks out of its place: %s", async (name) => {
  const notice = NOTICES[name];
  if (notice === undefined) throw new Error(name);
  const server = await aMailServer();
  expect(await send(channelTo(server.port), notice)).toEqual({ kind: "sent" });
  const raw = server.received[0]?.raw ?? "";
  expect(raw.split("\r\n").every((line) => line.length <= 998)).toBe(true);
  const html = raw.slice(raw.indexOf("text/html")).replaceAll("=\r\n", "");
  expect(html).not.toContain("<b>");
  expect(html).not.toContain("<https:");
  expect(raw).not.toMatch(/^DOWN forged/m);
  expect(raw).not.toContain("a-site-password");
});

test("a digest lists the sites", async () => {
  const server = await aMailServer();
  await send(channelTo(server.port), aDigest(50));
  expect(server.received[0]?.headers.get("subject")).toContain("DOWN 50 sites since 2026-12-06 02:03 UTC");
  expect(server.received[0]?.raw).toContain("and 30 more");
});

describe("the connection", () => {
  test.each([
    { tls: "implicit", secure: true },
    { tls: "starttls", secure: false },
  ] as const)("is encrypted by $tls, with the server's certificate verified", async ({ tls, secure }) => {
    const authority = await createCertificateAuthority();
    const { certificate, key } = await authority.issue();
    const server = await aMailServer({ secure, cert: certificate, key });
    expect(await send(channelTo(server.port, { tls, ca: authority.certificate }))).toEqual({ kind: "sent" });
    expect(server.received[0]?.secure).toBe(true);
    const distrusted = await send(channelTo(server.port, { tls }));
    expect(distrusted).toMatchObject({ kind: "unavailable" });
    expect(server.received).toHaveLength(1);
  });

  test("is not used unencrypted where STARTTLS is asked for and the server has none", async () => {
    const server = await aMailServer({ hideSTARTTLS: true, disabledCommands: ["STARTTLS"] });
    expect(await send(channelTo(server.port, { tls: "starttls" }))).toMatchObject({ kind: "refused" });
    expect(server.received).toEqual([]);
  });

  test("stays unencrypted where that is asked for", async () => {
    const server = await aMailServer();
    await send(channelTo(server.port, { tls: "none" }));
    expect(server.received[0]?.secure).toBe(false);
  });
});

describe("the login", () => {
  test("is by user and password", async () => {
    const server = await aMailServer({ allowInsecureAuth: true, ...login("ada", PASSWORD) });
    await send(channelTo(server.port, { user: "ada", password: PASSWORD }));
    expect(server.received[0]?.user).toBe("ada");
  });

  test("that is refused is no more tried, and shows no password", async () => {
    const server = await aMailServer({ allowInsecureAuth: true, ...login("ada", "another") });
    const outcome = await send(channelTo(server.port, { user: "ada", password: PASSWORD }));
    expect(outcome).toMatchObject({ kind: "refused", reason: expect.stringContaining("535") });
    expect(JSON.stringify(outcome)).not.toContain(PASSWORD);
  });

  const byToken: SMTPServerOptions = {
    allowInsecureAuth: true,
    authMethods: ["XOAUTH2"],
    onAuth(auth, _session, callback) {
      const isRight = auth.method === "XOAUTH2" && auth.accessToken === "fresh-access-token";
      callback(isRight ? null : new Error("not this token"), { user: auth.username ?? "" });
    },
  };

  test("is by XOAUTH2 with an access token", async () => {
    const server = await aMailServer(byToken);
    const oauth2 = { accessToken: "fresh-access-token" };
    expect(await send(channelTo(server.port, { user: "ada", oauth2 }))).toEqual({ kind: "sent" });
    expect(server.received[0]?.user).toBe("ada");
  });

  test("gets a new access token by the refresh token", async () => {
    const provider = await aWebsite();
    onTestFinished(() => provider.goAway());
    let asked = "";
    provider.answers((request, response) => {
      request.on("data", (chunk: Buffer) => (asked += chunk.toString()));
      request.on("end", () => {
        response.writeHead(200, { "content-type": "application/json" });
        response.end('{"access_token":"fresh-access-token","expires_in":3600,"token_type":"Bearer"}');
      });
    });
    const server = await aMailServer(byToken);
    const oauth2 = {
      clientId: "sitewire-client",
      clientSecret: "a-client-secret",
      refreshToken: "a-refresh-token",
      tokenUrl: provider.url,
    };
    expect(await send(channelTo(server.port, { user: "ada", oauth2 }))).toEqual({ kind: "sent" });
    expect(Object.fromEntries(new URLSearchParams(asked))).toMatchObject({
      grant_type: "refresh_token",
      refresh_token: "a-refresh-token",
      client_id: "sitewire-client",
    });
  });
});

describe("a server that does not take the message", () => {
  test("for good is not tried again", async () => {
    const server = await aMailServer({
      onRcptTo(_address, _session, callback) {
        callback(Object.assign(new Error("no such mailbox"), { responseCode: 550 }));
      },
    });
    const outcome = await send(channelTo(server.port));
    expect(outcome).toMatchObject({ kind: "refused", reason: expect.stringContaining("no such mailbox") });
  });

  test("for now is tried again", async () => {
    const server = await aMailServer({
      onMailFrom(_address, _session, callback) {
        callback(Object.assign(new Error("try later"), { responseCode: 451 }));
      },
    });
    expect(await send(channelTo(server.port))).toMatchObject({ kind: "unavailable", afterMs: null });
  });

  test("because nothing listens is tried again", async () => {
    const server = await startMailServer();
    await server.close();
    expect(await send(channelTo(server.port))).toMatchObject({
      kind: "unavailable",
      reason: expect.stringContaining("ECONNREFUSED"),
    });
  });

  test("and says nothing is given up", async () => {
    const silent = createServer((socket) => {
      socket.on("error", () => {});
    });
    silent.listen(0, "127.0.0.1");
    await once(silent, "listening");
    onTestFinished(() => {
      silent.close();
    });
    const address = silent.address();
    if (address === null || typeof address === "string") throw new Error("the server has no port");
    const outcome = await send(channelTo(address.port, { host: "127.0.0.1" }, 100));
    expect(outcome).toMatchObject({ kind: "unavailable" });
  });
});

test("the preview is subject and text, and sends nothing", async () => {
  const server = await aMailServer();
  const shown = channelTo(server.port, { user: "ada", password: PASSWORD }).preview(aNotice("opened"));
  expect(shown).toMatch(/^Subject: DOWN shop since/);
  expect(shown).not.toContain(PASSWORD);
  expect(server.received).toEqual([]);
});
