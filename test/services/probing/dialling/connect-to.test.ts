// Connecting to another place than the URL names, as curl's --connect-to and --resolve do.
import { expect, test } from "vitest";
import { destinationInstead } from "../../../../src/services/probing/dialling/connect-to.ts";
import { check } from "../checking.ts";
import { httpServer, httpsServer } from "../servers.ts";

test("the connection goes to the other place, the request and the certificate's name stay", async () => {
  const { url, ca } = await httpsServer((request, response) => response.end(request.headers.host));
  const { port } = new URL(url);
  const result = await check({
    url: "https://localhost:4433/",
    regexp: "^localhost:4433$",
    options: { tls: { ca }, connectTo: [`localhost:4433:127.0.0.1:${port}`] },
  });
  expect(result).toMatchObject({ verdict: "up", remoteAddress: "127.0.0.1", url: "https://localhost:4433/" });
});

test("the address it leads to is judged by the target policy", async () => {
  const url = await httpServer((_request, response) => response.end("inside"));
  const { port } = new URL(url);
  const result = await check(
    { url: "http://example.invalid/", options: { connectTo: [`::127.0.0.1:${port}`] } },
    { targetPolicy: new Set(["public"]) },
  );
  expect(result.error?.code).toBe("target_blocked");
});

test.each([
  ["a.example:443:b.example:8443", { host: "b.example", port: 8443 }],
  ["A.EXAMPLE:443:b.example:", { host: "b.example", port: 443 }],
  ["::[2001:db8::1]:", { host: "2001:db8::1", port: 443 }],
  [":443::8443", { host: "a.example", port: 8443 }],
  ["a.example:80:b.example:1", { host: "a.example", port: 443 }],
  ["c.example:443:b.example:1", { host: "a.example", port: 443 }],
])("%s is read as curl reads it", (rule, expected) => {
  expect(destinationInstead([rule])({ host: "a.example", port: 443 })).toEqual(expected);
});
