// Every channel against a server that stands for its service: what arrives is what the service's documentation asks for,
// and whatever the service answers, the outcome is right and holds no secret.
import { once } from "node:events";
import { createServer, type Server } from "node:net";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { channelSettingsSchema } from "../../../src/contract/alerting/channel-settings.ts";
import type { ConfiguredChannel, SendOutcome } from "../../../src/core/alerting/ports.ts";
import { createChannel } from "../../../src/services/channels/create-channel.ts";
import { HeldClock } from "../../harness/held-clock.ts";
import { aWebsite, hanging, type Website } from "../../harness/servers/website.ts";
import { aNotice, NOTICES } from "./notices.ts";
import { type Received, SERVICES, type Service } from "./services.ts";

/** On both sides of the limits of the services. */
const LENGTHS = [
  59, 130, 149, 150, 151, 249, 255, 257, 600, 1023, 1025, 1600, 2999, 3001, 4095, 4097, 8001, 15_001,
];
const NOW_MS = Date.parse("2026-12-06T02:20:00Z");

let website: Website;
let received: Received[];

beforeEach(async () => {
  website = await aWebsite();
  received = [];
  answering(200, '{"ok":true,"status":1}');
  onTestFinished(() => website.goAway());
});

/** The service takes each request and answers like this. */
function answering(status: number, body: string, headers: Readonly<Record<string, string>> = {}): void {
  website.answers((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { method = "", url: path = "" } = request;
      received.push({ method, path, headers: request.headers, body: Buffer.concat(chunks).toString() });
      response.writeHead(status, headers).end(body);
    });
  });
}

function channelTo({ settings }: Service, url = website.url, timeoutMs?: number): ConfiguredChannel {
  const clock = new HeldClock(NOW_MS);
  const context = timeoutMs === undefined ? { clock } : { clock, timeoutMs };
  return createChannel(channelSettingsSchema.parse(settings(url)), context);
}

const send = (channel: ConfiguredChannel, notice = aNotice("opened")): Promise<SendOutcome> =>
  channel.send(notice, new AbortController().signal);

function expectNoSecret(said: string, { secrets }: Service): void {
  for (const secret of secrets) expect(said).not.toContain(secret);
}

describe.each(SERVICES.map((service) => ({ called: service.name ?? service.type, service })))(
  "$called",
  ({ service }) => {
    const takesAll = (): void => answering(200, service.accepted ?? '{"ok":true,"status":1}');
    beforeEach(takesAll);

    test.each(Object.keys(NOTICES))("takes what is %s", async (name) => {
      const notice = NOTICES[name];
      if (notice === undefined) throw new Error(name);
      expect(await send(channelTo(service), notice)).toMatchObject({ kind: "sent" });
      const seen = received.map(service.read).join("\n");
      expect(seen).not.toContain("a-site-password");
      expect(seen).not.toContain("\u202e");
      for (const harm of service.forbidden) expect(seen).not.toMatch(harm);
    });

    test("says what is broken first, and what to do last, however long the cause is", async () => {
      await send(channelTo(service), NOTICES["of very long texts"]);
      const lines = received.map(service.read).join("\n").split("\n");
      expect(lines[0]).toContain("DOWN");
      expect(lines.at(-1)).toContain("sitewire incidents acknowledge 0a6f2f0e-8c5c-5a3e-9d8e-0b0f6d6d1c11");
    });

    test("takes texts of every length around its limits, in characters of one to four bytes", async () => {
      const channel = channelTo(service);
      for (const character of ["a", "é", "中", "😀", "&", "\n", '"']) {
        for (const length of LENGTHS) {
          const text = character.repeat(length);
          const notice = aNotice("opened", { siteName: text, cause: { code: "status", message: text } });
          expect(await send(channel, notice)).toMatchObject({ kind: "sent" });
        }
      }
      for (const request of received) {
        const seen = service.read(request);
        // Whole characters only: half of an emoji is what U+FFFD or a lone surrogate shows.
        expect(seen.isWellFormed() && !seen.includes("\ufffd")).toBe(true);
      }
    });

    test("marks what may have been sent before", async () => {
      await send(channelTo(service), NOTICES.repeated);
      expect(received.map(service.read).join("\n").replaceAll("\\", "")).toContain("(repeated)");
    });

    test.each([400, 401, 404])("is refused for good by %i, and says why", async (status) => {
      answering(status, `no: ${service.secrets.join(" ")} <html>\n is wrong`);
      const outcome = await send(channelTo(service));
      expect(outcome).toMatchObject({
        kind: "refused",
        reason: expect.stringMatching(`answered ${status}: no:`),
      });
      expectNoSecret(JSON.stringify(outcome), service);
    });

    test("waits as long as 429 says", async () => {
      answering(429, "too many", { "retry-after": "30" });
      expect(await send(channelTo(service))).toMatchObject({ kind: "unavailable", afterMs: 30_000 });
    });

    test("is tried again after 500", async () => {
      answering(500, "our own trouble");
      expect(await send(channelTo(service))).toMatchObject({
        kind: "unavailable",
        reason: `${service.type} answered 500: our own trouble`,
        afterMs: null,
      });
    });

    test("follows no redirect, which would carry its secrets elsewhere", async () => {
      answering(302, "", { location: `${website.url}elsewhere` });
      expect(await send(channelTo(service))).toMatchObject({ kind: "unavailable" });
      expect(received).toHaveLength(1);
    });

    test("gives up on a service that does not answer", async () => {
      website.answers(hanging);
      expect(await send(channelTo(service, website.url, 50))).toEqual({
        kind: "unavailable",
        reason: `${service.type}: no answer within 0.05 s`,
        afterMs: null,
      });
    });

    test("gives up on an answer that never ends", async () => {
      website.answers((_request, response) => {
        response.writeHead(400).write("half of ");
      });
      expect(await send(channelTo(service, website.url, 50))).toMatchObject({
        reason: `${service.type}: no answer within 0.05 s`,
      });
    });

    test("is tried again after what is no HTTP", async () => {
      const garbage = await aServer("\u0000\u0001 nonsense\r\n\r\n");
      const outcome = await send(channelTo(service, garbage));
      expect(outcome).toMatchObject({ kind: "unavailable", afterMs: null });
      expectNoSecret(JSON.stringify(outcome), service);
    });

    test("is tried again when nothing listens", async () => {
      await website.goAway();
      const outcome = await send(channelTo(service));
      expect(outcome).toMatchObject({ kind: "unavailable", reason: expect.stringContaining("ECONNREFUSED") });
      expectNoSecret(JSON.stringify(outcome), service);
    });

    test("stops at once when the notifier does", async () => {
      website.answers(hanging);
      const stop = new AbortController();
      const sending = channelTo(service).send(aNotice("opened"), stop.signal);
      stop.abort(new Error("asked to stop"));
      await expect(sending).rejects.toThrow("asked to stop");
    });

    test("shows what it would send, without a secret and without sending it", () => {
      const shown = channelTo(service).preview(aNotice("opened"));
      expect(shown).toContain("DOWN");
      expectNoSecret(shown, service);
      expect(website.requests).toBe(0);
    });
  },
);

test("every type of channel is among these services, but for e-mail, which has tests of its own", () => {
  const types = channelSettingsSchema.options.flatMap(({ shape: { type } }) =>
    type instanceof z.ZodEnum ? type.options : [...type.values],
  );
  expect(types).toHaveLength(17);
  expect(new Set([...SERVICES.map(({ type }) => type), "email"])).toEqual(new Set(types));
});

/** Answers every connection with these bytes. */
async function aServer(answer: string): Promise<string> {
  const server: Server = createServer((socket) => {
    socket.on("error", () => {});
    socket.end(answer);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return `http://127.0.0.1:${address.port}/`;
}
