// Which addresses are connected to: decided on the very address of each connection, at every hop.
import { describe, expect, test } from "vitest";
import { PUBLIC_TARGET_POLICY } from "../../../../src/core/checking/target-policy.ts";
import type { NameResolver } from "../../../../src/services/probing/dialling/name-resolver.ts";
import { check } from "../checking.ts";
import { closedPort, httpServer, tcpServer } from "../servers.ts";

const strangers = { targetPolicy: PUBLIC_TARGET_POLICY };

describe("among strangers", () => {
  for (const host of [
    "127.0.0.1",
    "localhost",
    "2130706433",
    "0x7f.1",
    "0177.0.0.1",
    "127.1",
    "[::1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[64:ff9b::7f00:1]",
    "[2002:7f00:1::]",
    "10.0.0.1",
    "192.168.1.1",
    "172.16.0.1",
    "100.64.0.1",
    "169.254.169.254",
    "[fd00:ec2::254]",
    "[fe80::1]",
    "[fc00::1]",
    "0.0.0.0",
    "[::]",
    "224.0.0.1",
    "255.255.255.255",
  ]) {
    test(`${host} is not connected to`, async () => {
      let connections = 0;
      const port = await tcpServer(() => {
        connections += 1;
      });
      const result = await check({ url: `http://${host}:${port}/` }, strangers);
      expect(result).toMatchObject({ verdict: "down", error: { code: "target_blocked" } });
      expect(connections).toBe(0);
    });
  }
});

describe("on one's own machine", () => {
  for (const host of [
    "169.254.169.254",
    "[::ffff:169.254.169.254]",
    "[64:ff9b::a9fe:a9fe]",
    "0.0.0.0",
    "[::]",
  ]) {
    test(`${host} is not connected to`, async () => {
      const result = await check({ url: `http://${host}/` });
      expect(result.error?.code).toBe("target_blocked");
    });
  }

  test("a redirect to the metadata service of a cloud is not followed", async () => {
    const url = await httpServer((_request, response) => {
      response.writeHead(302, { location: "http://169.254.169.254/latest/meta-data/" }).end();
    });
    const result = await check({ url });
    expect(result).toMatchObject({ verdict: "down", error: { code: "target_blocked" }, statusCode: null });
  });
});

/** Tells each time another address; the last one for ever. */
function rebinding(...answers: readonly string[]): NameResolver & { readonly asked: number } {
  let asked = 0;
  return {
    get asked() {
      return asked;
    },
    resolve: async () => {
      const address = answers[Math.min(asked, answers.length - 1)] ?? "";
      asked += 1;
      return [{ address, family: 4 }];
    },
  };
}

describe("a name that resolves differently each time", () => {
  test("gains nothing between the decision and the connection: it is resolved once a hop", async () => {
    const url = await httpServer((_request, response) => response.end());
    const resolver = rebinding("127.0.0.1", "169.254.169.254");
    const result = await check({ url: url.replace("127.0.0.1", "site.example") }, { resolver });
    expect(result).toMatchObject({ verdict: "up", remoteAddress: "127.0.0.1" });
    expect(resolver.asked).toBe(1);
  });

  test("gains nothing by a redirect to itself: the new address is judged anew", async () => {
    const url = await httpServer((_request, response) =>
      response.writeHead(302, { location: "/again" }).end(),
    );
    const resolver = rebinding("127.0.0.1", "169.254.169.254");
    const result = await check({ url: url.replace("127.0.0.1", "site.example") }, { resolver });
    expect(result.error).toMatchObject({
      code: "target_blocked",
      message: expect.stringContaining("169.254.169.254"),
    });
  });

  test("is connected to at its allowed addresses only", async () => {
    const url = await httpServer((_request, response) => response.end());
    const resolver: NameResolver = {
      resolve: async () => [
        { address: "169.254.169.254", family: 4 },
        { address: "127.0.0.1", family: 4 },
      ],
    };
    const result = await check({ url: url.replace("127.0.0.1", "site.example") }, { resolver });
    expect(result).toMatchObject({ verdict: "up", remoteAddress: "127.0.0.1" });
  });

  test("is not connected to where the resolver answers with what is no address", async () => {
    const port = await closedPort();
    const resolver: NameResolver = { resolve: async () => [{ address: "localhost", family: 4 }] };
    const result = await check({ url: `http://site.example:${port}/` }, { resolver });
    expect(result.error?.code).toBe("target_blocked");
  });
});

test("a blocked target is not tried again", async () => {
  const result = await check({ url: "http://169.254.169.254/", options: { retries: 5, retryDelayMs: 0 } });
  expect(result).toMatchObject({ attempts: 1, failedAttempts: [{ code: "target_blocked" }] });
});
