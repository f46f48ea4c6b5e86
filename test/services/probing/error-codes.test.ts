// Every error code of the contract, produced by a server that misbehaves in just that way.
import type { RequestListener } from "node:http";
import { describe, expect, test } from "vitest";
import { addressClasses } from "../../../src/contract/checks/address-class.ts";
import { type CheckErrorCode, checkErrorCodes } from "../../../src/contract/checks/check-error-code.ts";
import type { CheckResult } from "../../../src/contract/checks/check-result.ts";
import { createSystemResolver } from "../../../src/services/probing/dialling/system-resolver.ts";
import { badLeaves, createCertificateAuthority, createSelfSigned } from "../../harness/certificates.ts";
import { check } from "./checking.ts";
import { dnsServer } from "./dialling/dns-server.ts";
import { fullPort } from "./full-server.ts";
import { closedPort, httpServer, httpsServer, rawServer, tcpServer, theAuthority } from "./servers.ts";

const page: RequestListener = (_request, response) => {
  response.setHeader("content-type", "text/html").end("<h1>Example Domain</h1>");
};

interface Scenario {
  /** A sentence about the server. */
  readonly when: string;
  /** Default: down. */
  readonly verdict?: CheckResult["verdict"];
  readonly run: () => Promise<CheckResult>;
}

async function checkByName(answer: Parameters<typeof dnsServer>[0]): Promise<CheckResult> {
  const { server } = await dnsServer(answer);
  const resolver = createSystemResolver({
    hostsFile: "/dev/null",
    resolvConf: "/dev/null",
    servers: [server],
    timeoutMs: 200,
    tries: 1,
  });
  return await check({ url: "http://site.example/" }, { resolver });
}

async function checkSecurely(pair: Parameters<typeof httpsServer>[1]): Promise<CheckResult> {
  const { url, ca } = await httpsServer(page, pair);
  return await check({ url, options: { tls: { ca } } });
}

/** Nearly a match at every character, and never the same way twice. */
const hostileText = Array.from({ length: 500_000 }, (_, index) =>
  ((index * index * 7919) % 1013) % 2 === 0 ? "a" : "b",
).join("");

const scenarios: Readonly<Record<CheckErrorCode, Scenario>> = {
  dns_not_found: {
    when: "the name server knows no such name",
    run: () => checkByName(() => ({ code: "NXDOMAIN" })),
  },
  dns_timeout: {
    when: "the name server keeps silent",
    run: () => checkByName(() => "silence"),
  },
  dns_failed: {
    when: "the name server fails",
    run: () => checkByName(() => ({ code: "SERVFAIL" })),
  },
  connect_refused: {
    when: "nothing listens",
    run: async () => await check({ url: `http://127.0.0.1:${await closedPort()}/` }),
  },
  connect_timeout: {
    when: "the server takes no more connections",
    run: async () => await check({ url: `http://127.0.0.1:${await fullPort()}/`, timeoutMs: 500 }),
  },
  connect_unreachable: {
    when: "no route leads to the address",
    run: async () =>
      await check({ url: "http://255.255.255.255/" }, { targetPolicy: new Set(addressClasses) }),
  },
  connect_reset: {
    when: "the server resets the connection",
    run: async () => {
      const port = await tcpServer((socket) => socket.once("data", () => socket.resetAndDestroy()));
      return await check({ url: `http://127.0.0.1:${port}/` });
    },
  },
  proxy_failed: {
    when: "the proxy refuses",
    run: async () => {
      const proxy = await rawServer("HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n");
      return await check({ url: "https://127.0.0.1:1/", options: { proxy } });
    },
  },
  tls_expired: {
    when: "the certificate has expired",
    run: async () => checkSecurely({ pair: await (await theAuthority()).issue(badLeaves.expired) }),
  },
  tls_not_yet_valid: {
    when: "the certificate is not valid yet",
    run: async () => checkSecurely({ pair: await (await theAuthority()).issue(badLeaves.notYetValid) }),
  },
  tls_untrusted: {
    when: "the certificate vouches for itself",
    run: async () => checkSecurely({ pair: await createSelfSigned() }),
  },
  tls_hostname: {
    when: "the certificate is for another name",
    run: async () => checkSecurely({ pair: await (await theAuthority()).issue(badLeaves.wrongHost) }),
  },
  tls_protocol: {
    when: "the server does not speak TLS",
    run: async () => {
      const url = await rawServer("HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n");
      return await check({ url: url.replace("http:", "https:") });
    },
  },
  tls_timeout: {
    when: "the server never answers the handshake",
    run: async () => await check({ url: `https://127.0.0.1:${await tcpServer(() => {})}/`, timeoutMs: 300 }),
  },
  first_byte_timeout: {
    when: "the server never answers the request",
    run: async () => await check({ url: await httpServer(() => {}), timeoutMs: 300 }),
  },
  headers_timeout: {
    when: "the headers never end",
    run: async () => await check({ url: await rawServer("HTTP/1.1 200 OK\r\nx-slow: "), timeoutMs: 300 }),
  },
  body_timeout: {
    when: "the body never ends",
    run: async () => {
      const url = await httpServer((_request, response) => response.write("and then"));
      return await check({ url, timeoutMs: 300 });
    },
  },
  body_too_large: {
    when: "the body is larger than the site allows",
    run: async () => {
      const url = await httpServer((_request, response) => response.end("x".repeat(2000)));
      return await check({ url, options: { maxBodyBytes: 1000, largerBody: "fail" } });
    },
  },
  body_decoding: {
    when: "the body is not encoded as it says",
    run: async () => {
      const url = await httpServer((_request, response) => {
        response.setHeader("content-encoding", "gzip").end("plain text");
      });
      return await check({ url });
    },
  },
  headers_too_large: {
    when: "the headers are ten megabytes",
    run: async () => {
      const url = await rawServer("HTTP/1.1 200 OK\r\n", `x-large: ${"x".repeat(10_000_000)}\r\n\r\n`);
      return await check({ url });
    },
  },
  redirect_loop: {
    when: "the server redirects in a circle",
    run: async () => {
      const url = await httpServer((request, response) => {
        response.writeHead(302, { location: request.url === "/a" ? "/b" : "/a" }).end();
      });
      return await check({ url: `${url}/a` });
    },
  },
  redirect_limit: {
    when: "the server redirects without end",
    run: async () => {
      const url = await httpServer((request, response) => {
        response.writeHead(302, { location: `${request.url}x` }).end();
      });
      return await check({ url });
    },
  },
  redirect_invalid: {
    when: "the server redirects to what is no web address",
    run: async () => {
      const url = await httpServer((_request, response) => {
        response.writeHead(302, { location: "ftp://127.0.0.1/" }).end();
      });
      return await check({ url });
    },
  },
  protocol_error: {
    when: "the server speaks another protocol",
    run: async () => {
      const port = await tcpServer((socket) => socket.write("SSH-2.0-OpenSSH_9.2\r\n"));
      return await check({ url: `http://127.0.0.1:${port}/` });
    },
  },
  connection_closed: {
    when: "the server closes the connection early",
    run: async () => {
      const port = await tcpServer((socket) => {
        socket.once("data", () => socket.end("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf"));
      });
      return await check({ url: `http://127.0.0.1:${port}/` });
    },
  },
  status_unexpected: {
    when: "the server answers 500",
    run: async () => {
      const url = await httpServer((_request, response) => response.writeHead(500).end());
      return await check({ url });
    },
  },
  retry_later: {
    when: "the server asks to be asked later",
    verdict: "degraded",
    run: async () => {
      const url = await httpServer((_request, response) => {
        response.writeHead(429, { "retry-after": "120" }).end();
      });
      return await check({ url });
    },
  },
  regexp_missing: {
    when: "the page lacks the pattern",
    run: async () => await check({ url: await httpServer(page), regexp: "Another [A-Z]" }),
  },
  regexp_present: {
    when: "the page has the pattern it must not have",
    run: async () =>
      await check({
        url: await httpServer(page),
        regexp: "Example [A-Z]",
        options: { regexpExpected: "absent" },
      }),
  },
  text_missing: {
    when: "the page lacks a text",
    run: async () => await check({ url: await httpServer(page), options: { bodyContains: ["Welcome"] } }),
  },
  text_present: {
    when: "the page has a text it must not have",
    run: async () => await check({ url: await httpServer(page), options: { bodyLacks: ["Example"] } }),
  },
  json_mismatch: {
    when: "the JSON says otherwise",
    run: async () => {
      const url = await httpServer((_request, response) => response.end('{"state":"red"}'));
      return await check({ url, options: { json: [{ path: "$.state", equals: "green" }] } });
    },
  },
  header_mismatch: {
    when: "a header says otherwise",
    run: async () =>
      await check({
        url: await httpServer(page),
        options: { responseHeaders: [{ name: "content-type", equals: "application/json" }] },
      }),
  },
  final_url_mismatch: {
    when: "the redirects lead elsewhere",
    run: async () =>
      await check({ url: await httpServer(page), options: { finalUrl: { matches: "/welcome$" } } }),
  },
  body_truncated: {
    when: "what must be absent may stand behind the part that was read",
    verdict: "degraded",
    run: async () =>
      await check({ url: await httpServer(page), options: { bodyLacks: ["Exception"], maxBodyBytes: 4 } }),
  },
  search_limit: {
    when: "the search takes more processor time than it may",
    verdict: "degraded",
    run: async () => {
      const url = await httpServer((_request, response) => response.end(hostileText));
      return await check({ url, regexp: "a[ab]{900}[cd]" });
    },
  },
  response_slow: {
    when: "the answer takes long",
    verdict: "degraded",
    run: async () => {
      const url = await httpServer((_request, response) => {
        // Not by work: the server shares this process, and time of a busy process is not the site's.
        setTimeout(() => response.end(), 20);
      });
      return await check({ url, options: { responseTimeBelowMs: 1 } });
    },
  },
  certificate_expiring: {
    when: "the certificate expires soon",
    verdict: "degraded",
    run: async () => {
      const { url, ca } = await httpsServer(page);
      return await check({ url, options: { certificateValidForDays: 60, tls: { ca } } });
    },
  },
  target_blocked: {
    when: "the address is that of a cloud's metadata service",
    run: async () => await check({ url: "http://169.254.169.254/latest/meta-data/" }),
  },
  internal: {
    when: "Sitewire itself is at fault",
    run: async () =>
      await check(
        { url: "http://site.example/" },
        { resolver: { resolve: () => Promise.reject(new TypeError()) } },
      ),
  },
};

describe("a check ends with the code", () => {
  for (const code of checkErrorCodes) {
    const { when, verdict = "down", run } = scenarios[code];
    test(`${code} when ${when}`, async () => {
      const result = await run();
      expect(result.error).toMatchObject({ code, message: expect.stringMatching(/\S/) });
      expect(result.verdict).toBe(verdict);
    });
  }
});

test("a certificate is judged by the authority of the site, not by that of another", async () => {
  const { url } = await httpsServer(page);
  const other = await createCertificateAuthority("Another authority");
  const result = await check({ url, options: { tls: { ca: other.certificate } } });
  expect(result.error?.code).toBe("tls_untrusted");
  expect(result.certificateExpiresAt).not.toBeNull();
});
