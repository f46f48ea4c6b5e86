// What is asked: method, headers, body and credentials, as the site says.
import { describe, expect, test } from "vitest";
import type { CheckOptions } from "../../../../src/contract/checks/check-options.ts";
import { InvalidSiteError } from "../../../../src/core/checking/invalid-site-error.ts";
import { check } from "../checking.ts";
import { httpServer, tcpServer } from "../servers.ts";

/** The request as it went over the wire. */
async function requestOf(options: CheckOptions, url = "http://127.0.0.1/"): Promise<string> {
  let request = "";
  const port = await tcpServer((socket) => {
    socket.setEncoding("latin1").on("data", (part: string) => {
      request += part;
      socket.end("HTTP/1.1 204 No Content\r\n\r\n");
    });
  });
  const target = new URL(url);
  target.port = String(port);
  await check({ url: target.href, options }, { userAgent: "Sitewire/1.2.3" });
  return request.replaceAll(String(port), "PORT");
}

describe("a request", () => {
  test("is a plain GET by default, and says that the connection ends with it", async () => {
    expect(await requestOf({}, "http://127.0.0.1/a%20b?c=d#e")).toBe(
      "GET /a%20b?c=d HTTP/1.1\r\nhost: 127.0.0.1:PORT\r\nuser-agent: Sitewire/1.2.3\r\naccept: */*\r\n" +
        "accept-encoding: gzip, deflate, br, zstd\r\nconnection: close\r\n\r\n",
    );
  });

  test("has the site's own headers, which take the place of ours", async () => {
    const request = await requestOf({
      headers: { Host: "shop.example", ACCEPT: "text/html", "x-probe": "\u00fc" },
    });
    expect(request).toContain("\r\nhost: shop.example\r\n");
    expect(request).toContain("\r\naccept: text/html\r\n");
    expect(request).toContain("\r\nx-probe: \u00fc\r\n");
    expect(request.match(/host:|accept:/g)).toHaveLength(2);
  });

  test("has the site's user agent", async () => {
    expect(await requestOf({ userAgent: "probe" })).toContain("\r\nuser-agent: probe\r\n");
  });

  test("sends its body in UTF-8 and says how long it is", async () => {
    const request = await requestOf({ method: "PUT", body: "Gr\u00fc\u00dfe" });
    expect(request).toMatch(/^PUT \/ /);
    expect(request).toContain("\r\ncontent-length: 7\r\n");
    expect(Buffer.from(request.slice(request.indexOf("\r\n\r\n") + 4), "latin1").toString()).toBe(
      "Gr\u00fc\u00dfe",
    );
  });

  test("with no body where one is usual says that there is none", async () => {
    expect(await requestOf({ method: "POST" })).toContain("\r\ncontent-length: 0\r\n");
  });

  test("may be HEAD, whose answer has no body", async () => {
    const url = await httpServer((request, response) => {
      response.writeHead(request.method === "HEAD" ? 200 : 405, { "content-length": 5000 }).end();
    });
    expect(await check({ url, options: { method: "HEAD" } })).toMatchObject({ verdict: "up", bytes: 0 });
  });
});

describe("credentials", () => {
  test("are sent as Basic in UTF-8", async () => {
    const request = await requestOf({
      authentication: { type: "basic", username: "m\u00fc", password: "a:b" },
    });
    expect(request).toContain(
      `\r\nauthorization: Basic ${Buffer.from("m\u00fc:a:b").toString("base64")}\r\n`,
    );
  });

  test("are sent as Bearer", async () => {
    const request = await requestOf({ authentication: { type: "bearer", token: "abc.def" } });
    expect(request).toContain("\r\nauthorization: Bearer abc.def\r\n");
  });

  test("are taken from the URL, and never shown", async () => {
    const request = await requestOf({}, "http://me:p%40ss@127.0.0.1/");
    expect(request).toContain(`\r\nauthorization: Basic ${btoa("me:p@ss")}\r\n`);
    const result = await check({ url: "http://me:p%40ss@127.0.0.1:1/" });
    expect(result.url).toBe("http://127.0.0.1:1/");
    expect(JSON.stringify(result)).not.toContain("ss@");
  });
});

describe("a site that contradicts itself is refused when it is saved", () => {
  const contradictions: readonly (readonly [
    field: string,
    url: string,
    options: CheckOptions,
    regexp?: string,
  ])[] = [
    ["options.httpVersion", "http://127.0.0.1/", { httpVersion: "2" }],
    ["options.certificateValidForDays", "http://127.0.0.1/", { certificateValidForDays: 7 }],
    ["options.regexpExpected", "http://127.0.0.1/", { regexpExpected: "absent" }],
    ["options.body", "http://127.0.0.1/", { body: "x" }],
    ["regexp", "http://127.0.0.1/", { method: "HEAD" }, "x"],
    ["options.bodyContains", "http://127.0.0.1/", { method: "HEAD", bodyContains: ["x"] }],
    ["options.expectedStatus", "http://127.0.0.1/", { expectedStatus: "2xx" }],
    ["options.json.0.path", "http://127.0.0.1/", { json: [{ path: "state", equals: 1 }] }],
    [
      "options.responseHeaders.0.matches",
      "http://127.0.0.1/",
      { responseHeaders: [{ name: "a", matches: "(" }] },
    ],
    ["options.finalUrl.matches", "http://127.0.0.1/", { finalUrl: { matches: "[" } }],
    ["regexp", "http://127.0.0.1/", {}, "(?=ahead)"],
  ];
  for (const [field, url, options, regexp = null] of contradictions) {
    test(`${field} in ${JSON.stringify({ ...options, regexp })}`, async () => {
      const refusal = await check({ url, regexp, options }).catch((error: unknown) => error);
      expect(refusal).toBeInstanceOf(InvalidSiteError);
      expect(refusal).toMatchObject({ field, reason: expect.stringMatching(/\S/) });
    });
  }
});
