import { createServer } from "node:http";
import { connect } from "node:net";
import { describe, expect, test } from "vitest";
import { PUBLIC_TARGET_POLICY } from "../../../../src/core/checking/target-policy.ts";
import type { NameResolver } from "../../../../src/services/probing/dialling/name-resolver.ts";
import { ProbeError } from "../../../../src/services/probing/probe-error.ts";
import { check } from "../checking.ts";
import { http2Server, httpServer, httpsServer, listening, rawServer, tcpServer } from "../servers.ts";

interface Proxy {
  readonly url: string;
  /** Request lines, with the credentials given. */
  readonly asked: readonly string[];
}

/** Forwards what is asked with a whole URL, and tunnels what is asked by CONNECT, always to this machine. */
async function forwardingProxy(): Promise<Proxy> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url} ${request.headers["proxy-authorization"] ?? ""}`.trim());
    const target = new URL(request.url ?? "");
    const upstream = connect(Number(target.port), "127.0.0.1");
    upstream.write(`GET ${target.pathname} HTTP/1.1\r\nhost: ${target.host}\r\nconnection: close\r\n\r\n`);
    if (response.socket !== null) upstream.pipe(response.socket);
  });
  server.on("connect", (request, socket) => {
    asked.push(`${request.method} ${request.url} ${request.headers["proxy-authorization"] ?? ""}`.trim());
    const port = Number(request.url?.split(":").at(-1));
    const upstream = connect(port, "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      upstream.pipe(socket).pipe(upstream);
    });
    upstream.on("error", () => socket.destroy());
    socket.on("error", () => upstream.destroy());
  });
  return { url: `http://127.0.0.1:${await listening(server)}`, asked };
}

const unresolvable: NameResolver = {
  resolve: () => Promise.reject(new ProbeError("dns_not_found", "no such name")),
};

describe("through a proxy", () => {
  test("http is forwarded", async () => {
    const proxy = await forwardingProxy();
    const url = await httpServer((_request, response) => response.end("here"));
    const result = await check({ url: `${url}/page`, regexp: "here", options: { proxy: proxy.url } });
    expect(result).toMatchObject({ verdict: "up", regexpMatched: true });
    expect(proxy.asked).toEqual([`GET ${url}/page`]);
  });

  test("https is tunnelled, and the certificate is the site's", async () => {
    const proxy = await forwardingProxy();
    const { url, ca } = await httpsServer((_request, response) => response.end("here"));
    const result = await check({ url, regexp: "here", options: { proxy: proxy.url, tls: { ca } } });
    expect(result).toMatchObject({ verdict: "up", regexpMatched: true });
    expect(result.certificateExpiresAt).not.toBeNull();
    expect(proxy.asked).toEqual([`CONNECT ${new URL(url).host}`]);
  });

  test("HTTP/2 works as well", async () => {
    const proxy = await forwardingProxy();
    const { url, ca } = await http2Server((server) => {
      server.on("stream", (stream) => stream.respond({ ":status": 204 }, { endStream: true }));
    });
    const result = await check({ url, options: { proxy: proxy.url, tls: { ca } } });
    expect(result).toMatchObject({ verdict: "up", protocol: "h2" });
  });

  test("the proxy's credentials go to the proxy alone", async () => {
    const proxy = await forwardingProxy();
    let seen = "";
    const url = await httpServer((request, response) => {
      seen = JSON.stringify(request.headers);
      response.end();
    });
    const { ca, url: secureUrl } = await httpsServer((request, response) => {
      seen += JSON.stringify(request.headers);
      response.end();
    });
    const options = { proxy: proxy.url.replace("http://", "http://me:p%40ss@"), tls: { ca } };
    await check({ url, options });
    await check({ url: secureUrl, options });
    expect(proxy.asked).toEqual([
      `GET ${url}/ Basic ${btoa("me:p@ss")}`,
      `CONNECT ${new URL(secureUrl).host} Basic ${btoa("me:p@ss")}`,
    ]);
    expect(seen).not.toContain("proxy-authorization");
  });

  test("a name that only the proxy knows is left to it", async () => {
    const proxy = await forwardingProxy();
    const url = (await httpServer((_request, response) => response.end("here"))).replace(
      "127.0.0.1",
      "site.internal",
    );
    const result = await check({ url, options: { proxy: proxy.url } }, { resolver: unresolvable });
    expect(result.verdict).toBe("up");
  });

  test("an address that may not be checked is not asked of it", async () => {
    const proxy = await forwardingProxy();
    for (const url of ["http://169.254.169.254/", "https://169.254.169.254/"]) {
      const result = await check({ url, options: { proxy: proxy.url } });
      expect(result.error?.code).toBe("target_blocked");
    }
    expect(proxy.asked).toEqual([]);
  });
});

describe("a proxy that strangers name", () => {
  test("must have a public address itself", async () => {
    const proxy = await forwardingProxy();
    const resolver: NameResolver = { resolve: async () => [{ address: "93.184.215.14", family: 4 }] };
    const result = await check(
      { url: "http://site.example/", options: { proxy: proxy.url } },
      { resolver, targetPolicy: PUBLIC_TARGET_POLICY },
    );
    expect(result.error?.code).toBe("target_blocked");
    expect(proxy.asked).toEqual([]);
  });

  test("is told the address that was judged, and not a name that it could resolve to another", async () => {
    const proxy = await forwardingProxy();
    const url = await httpServer((_request, response) => response.end("here"));
    const { port } = new URL(url);
    const resolver: NameResolver = { resolve: async () => [{ address: "127.0.0.1", family: 4 }] };
    const result = await check(
      { url: `http://site.example:${port}/`, options: { proxy: proxy.url } },
      // Loopback stands for public here; what counts is that private addresses are not allowed.
      { resolver, targetPolicy: new Set(["loopback"]) },
    );
    expect(result.verdict).toBe("up");
    expect(proxy.asked).toEqual([`CONNECT 127.0.0.1:${port}`]);
  });
});

describe("a proxy that fails", () => {
  const failures: Readonly<Record<string, () => Promise<string>>> = {
    "asks for credentials": () => rawServer("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n"),
    refuses: () => rawServer("HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n"),
    "makes no sense": () => rawServer("220 mail.example ESMTP\r\n"),
    "closes the connection": async () =>
      `http://127.0.0.1:${await tcpServer((socket) => socket.once("data", () => socket.end()))}`,
    "resets the connection": async () =>
      `http://127.0.0.1:${await tcpServer((socket) => socket.once("data", () => socket.resetAndDestroy()))}`,
    "is not there": async () => "http://127.0.0.1:1",
    "never answers": async () => `http://127.0.0.1:${await tcpServer(() => {})}`,
  };
  for (const [what, start] of Object.entries(failures)) {
    test(`and ${what} is to blame itself`, async () => {
      const result = await check({
        url: "https://127.0.0.1:2/",
        timeoutMs: 1000,
        options: { proxy: await start() },
      });
      expect(result.error).toMatchObject({ code: "proxy_failed", message: expect.stringContaining("proxy") });
    });
  }
});
