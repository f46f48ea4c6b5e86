// From names to addresses: hosts file, name servers, and a connection to each in its turn.
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, test } from "vitest";
import type {
  NameResolver,
  ResolvedAddress,
} from "../../../../src/services/probing/dialling/name-resolver.ts";
import { createSystemResolver } from "../../../../src/services/probing/dialling/system-resolver.ts";
import { temporaryFolder } from "../../../harness/temporary-folder.ts";
import { check } from "../checking.ts";
import { fullPort } from "../full-server.ts";
import { closedPort, httpServer, tcpServer } from "../servers.ts";
import { type DnsAnswer, type DnsQuestion, dnsServer } from "./dns-server.ts";

const quick = { timeoutMs: 200, tries: 1 } as const;

async function resolverOver(
  answer: (question: DnsQuestion) => DnsAnswer,
  files: { readonly hosts?: string; readonly resolvConf?: string } = {},
) {
  const folder = await temporaryFolder("names");
  const hostsFile = path.join(folder, "hosts");
  const resolvConf = path.join(folder, "resolv.conf");
  await writeFile(hostsFile, files.hosts ?? "");
  await writeFile(resolvConf, files.resolvConf ?? "");
  const { server, questions } = await dnsServer(answer);
  const resolver = createSystemResolver({ hostsFile, resolvConf, servers: [server], ...quick });
  return { resolver, questions, hostsFile };
}

const silence = (): DnsAnswer => "silence";

describe("a name", () => {
  test("of the hosts file needs no name server", async () => {
    const { resolver, questions } = await resolverOver(silence, {
      hosts: "# mine\n127.0.0.1 shop.internal www # and so on\n::1 shop.internal\n",
    });
    expect(await resolver.resolve("Shop.Internal", "auto")).toEqual([
      { address: "127.0.0.1", family: 4 },
      { address: "::1", family: 6 },
    ]);
    expect(await resolver.resolve("www", "4")).toEqual([{ address: "127.0.0.1", family: 4 }]);
    expect(questions).toEqual([]);
  });

  test("localhost never leaves the machine, even with an empty hosts file", async () => {
    const { resolver, questions } = await resolverOver(silence);
    expect(await resolver.resolve("localhost", "6")).toEqual([{ address: "::1", family: 6 }]);
    expect(await resolver.resolve("shop.localhost", "4")).toEqual([{ address: "127.0.0.1", family: 4 }]);
    expect(questions).toEqual([]);
  });

  test("is asked of the name servers anew for every check", async () => {
    const { resolver, questions } = await resolverOver(() => ({ addresses: ["127.0.0.1"] }));
    await resolver.resolve("site.example", "4");
    await resolver.resolve("site.example", "4");
    expect(questions).toEqual([
      { name: "site.example", type: "A" },
      { name: "site.example", type: "A" },
    ]);
  });

  test("has its addresses in turns, IPv6 first", async () => {
    const { resolver } = await resolverOver(() => ({
      addresses: ["127.0.0.1", "127.0.0.2", "127.0.0.3", "::1"],
    }));
    const addresses = await resolver.resolve("site.example", "auto");
    expect(addresses.map(({ address }) => address)).toEqual(["::1", "127.0.0.1", "127.0.0.2", "127.0.0.3"]);
  });

  test("with an answer for one family does not wait for a server that is silent about the other", async () => {
    const { resolver } = await resolverOver(({ type }) =>
      type === "A" ? { addresses: ["127.0.0.1"] } : "silence",
    );
    expect(await resolver.resolve("site.example", "auto")).toEqual([{ address: "127.0.0.1", family: 4 }]);
  });

  test("with addresses of the other family only is not found", async () => {
    const { resolver } = await resolverOver(() => ({ addresses: ["127.0.0.1"] }));
    await expect(resolver.resolve("site.example", "6")).rejects.toMatchObject({ code: "dns_not_found" });
  });

  test("that could not be asked for is not said to be missing", async () => {
    const { resolver } = await resolverOver(({ type }) => (type === "A" ? { addresses: [] } : "silence"));
    await expect(resolver.resolve("site.example", "auto")).rejects.toMatchObject({ code: "dns_timeout" });
  });

  test("is found below the next search domain where one can't be resolved", async () => {
    for (const code of ["SERVFAIL", "REFUSED"] as const) {
      const { resolver } = await resolverOver(
        ({ name }) => (name === "shop.prod.example" ? { addresses: ["127.0.0.1"] } : { code }),
        { resolvConf: "search broken.example prod.example\noptions ndots:1\n" },
      );
      expect(await resolver.resolve("shop", "4")).toEqual([{ address: "127.0.0.1", family: 4 }]);
      await expect(resolver.resolve("other", "4")).rejects.toMatchObject({ code: "dns_failed" });
    }
  });

  test("is completed from the search list as resolv.conf has it", async () => {
    const known: Readonly<Record<string, DnsAnswer>> = {
      "db.prod.example": { addresses: ["127.0.0.4"] },
      "a.b": { addresses: ["127.0.0.5"] },
    };
    const { resolver, questions } = await resolverOver(({ name }) => known[name] ?? { code: "NXDOMAIN" }, {
      resolvConf: "search test.example prod.example\noptions ndots:1\n",
    });
    expect(await resolver.resolve("db", "4")).toEqual([{ address: "127.0.0.4", family: 4 }]);
    expect(await resolver.resolve("a.b", "4")).toEqual([{ address: "127.0.0.5", family: 4 }]);
    expect(questions.map(({ name }) => name)).toEqual(["db.test.example", "db.prod.example", "a.b"]);
    await expect(resolver.resolve("db.", "4")).rejects.toMatchObject({ code: "dns_not_found" });
    expect(questions.at(-1)?.name).toBe("db");
  });
});

test("a change of the hosts file is seen without a restart", async () => {
  const { resolver, hostsFile } = await resolverOver(() => ({ code: "NXDOMAIN" }), {
    hosts: "127.0.0.1 shop.internal\n",
  });
  await resolver.resolve("shop.internal", "4");
  await writeFile(hostsFile, "127.0.0.9 shop.internal another.internal\n");
  await expect
    .poll(() => resolver.resolve("shop.internal", "4"), { timeout: 5000 })
    .toEqual([{ address: "127.0.0.9", family: 4 }]);
});

test("names whose server is silent hold up nobody else", async () => {
  const { resolver } = await resolverOver(({ name }) =>
    name.startsWith("stuck") ? "silence" : { addresses: ["127.0.0.1"] },
  );
  const stuck = Array.from({ length: 50 }, (_, index) => resolver.resolve(`stuck${index}.example`, "auto"));
  const first = await Promise.race([
    ...stuck.map((resolving) => resolving.catch(() => "stuck")),
    resolver.resolve("site.example", "auto").then(() => "site"),
  ]);
  expect(first).toBe("site");
  await Promise.allSettled(stuck);
});

function resolvingTo(...addresses: readonly ResolvedAddress[]): NameResolver {
  return { resolve: async () => addresses };
}

describe("a name with several addresses", () => {
  test("is reached at the next when nothing listens at the first", async () => {
    const url = await httpServer((_request, response) => response.end());
    const { port } = new URL(url);
    const resolver = resolvingTo({ address: "127.0.0.9", family: 4 }, { address: "127.0.0.1", family: 4 });
    const result = await check({ url: `http://site.example:${port}/` }, { resolver });
    expect(result).toMatchObject({ verdict: "up", remoteAddress: "127.0.0.1" });
  });

  test("is reached at the next when the first does not answer, long before the deadline", async () => {
    const port = await fullPort();
    await tcpServer((socket) => socket.end("HTTP/1.1 204 No Content\r\n\r\n"), "127.0.0.2", port);
    const resolver = resolvingTo({ address: "127.0.0.1", family: 4 }, { address: "127.0.0.2", family: 4 });
    const result = await check({ url: `http://site.example:${port}/` }, { resolver });
    expect(result).toMatchObject({ verdict: "up", remoteAddress: "127.0.0.2" });
  });

  test("tells the failure of the first when none can be reached", async () => {
    const port = await closedPort();
    const resolver = resolvingTo({ address: "127.0.0.1", family: 4 }, { address: "127.0.0.2", family: 4 });
    const result = await check({ url: `http://site.example:${port}/` }, { resolver });
    expect(result.error).toMatchObject({
      code: "connect_refused",
      message: expect.stringContaining("127.0.0.1"),
    });
  });
});

test("IPv6 is checked when it is asked for", async () => {
  const port = await tcpServer((socket) => socket.end("HTTP/1.1 204 No Content\r\n\r\n"), "::1");
  const byName = await check({ url: `http://localhost:${port}/`, options: { ipVersion: "6" } });
  expect(byName).toMatchObject({ verdict: "up", remoteAddress: "::1" });
  const byAddress = await check({ url: `http://[::1]:${port}/` });
  expect(byAddress).toMatchObject({ verdict: "up", remoteAddress: "::1", timings: { dnsMs: null } });
});
