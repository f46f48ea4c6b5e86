// Sites as people name them on a command line.
import { describe, expect, test } from "vitest";
import { UsageError } from "../../../src/contract/errors.ts";
import { sitesOfArguments, withArguments } from "../../../src/core/sites/site-arguments.ts";

const one = (url: string, given: Omit<Parameters<typeof sitesOfArguments>[0], "urls"> = {}) =>
  sitesOfArguments({ ...given, urls: [url] })[0];

describe("a URL", () => {
  test.each([
    ["example.org", "https://example.org"],
    ["example.org:8080/path?q#f", "https://example.org:8080/path?q#f"],
    ["localhost:3000", "https://localhost:3000"],
    ["[::1]:80", "https://[::1]:80"],
    ["httpbin.org", "https://httpbin.org"],
    ["HTTP://Example.org", "HTTP://Example.org"],
  ])("%s is understood", (given, url) => {
    expect(one(given)?.url).toBe(url);
  });

  test.each([
    "http//example.org",
    "http:/example.org",
    "https:example.org",
    "http:///example.org",
    "mailto:a@b.c",
    "user:hunter2@example.org",
    "ftp://user:hunter2@example.org/",
    "http//user:hunter2@example.org/",
    "/path",
    "",
  ])("%j is refused, not made into another address, and its password is not shown", (given) => {
    const ask = () => one(given);
    expect(ask).toThrow(UsageError);
    expect(ask).toThrow(/http:\/\/ or https:\/\//);
    expect(ask).not.toThrow(/hunter2/);
  });
});

test("options are those of the YAML", () => {
  const site = one("https://a.example/", {
    status: "200,404",
    header: ["accept: text/html", "x-a:b"],
    method: "post",
    body: "{}",
    insecure: true,
    ipv6: true,
    resolve: ["a.example:443:192.0.2.1", "a.example:443:2001:db8::1", "a.example:80:[2001:db8::2]"],
    connectTo: ["::b.example:"],
  });
  expect(site?.options).toEqual({
    expectedStatus: "200,404",
    headers: { accept: "text/html", "x-a": "b" },
    method: "POST",
    body: "{}",
    tls: { verify: false },
    ipVersion: "6",
    connectTo: [
      "a.example:443:192.0.2.1:",
      "a.example:443:[2001:db8::1]:",
      "a.example:80:[2001:db8::2]:",
      "::b.example:",
    ],
  });
});

test.each([
  [{ method: "fetch" }, /--method is "fetch": must be GET/],
  [{ header: ["novalue"] }, /--header must look like/],
  [{ header: ["host name: x"] }, /headers.*must be a header name/],
  [{ resolve: ["a.example:192.0.2.1"] }, /--resolve is .* host:port:address/],
  [{ connectTo: ["a"] }, /connectTo.*host:port:host:port/],
  [{ ipv4: true, ipv6: true }, /--ipv4 or --ipv6/],
  [{ every: "5" }, /--every is "5"/],
  [{ every: "1ms" }, /every of https:\/\/a\.example\/ is 1ms: must be from 1s to 1d/],
])("%j is refused by name", (given, message) => {
  expect(() => one("https://a.example/", given)).toThrow(message);
});

test("options stand for every site of a file, and keep what they don't name", () => {
  const entries = [
    { url: "https://a.example/", headers: { accept: "*/*", "x-a": "a" }, retries: 1 },
    { url: "https://b.example/" },
  ];
  expect(withArguments(entries, { urls: [], timeout: "1s", header: ["x-a: b"] })).toEqual([
    { url: "https://a.example/", headers: { accept: "*/*", "x-a": "b" }, retries: 1, timeout: 1000 },
    { url: "https://b.example/", headers: { "x-a": "b" }, timeout: 1000 },
  ]);
  expect(() => withArguments(entries, { urls: [], name: "a" })).toThrow(/--name is for one site/);
});

test("an option without a site is refused, not ignored", () => {
  expect(() => withArguments([], { urls: [], connectTo: ["::a:"] })).toThrow(/^--connect-to is for sites/);
});
