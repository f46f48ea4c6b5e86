// What the handshake costs: round trips on the wire, and work in Node that nobody needs.
import { connect } from "node:net";
import { createSecureContext, TLSSocket } from "node:tls";
import { describe, expect, test, vi } from "vitest";
import { chooseGroups } from "../../../../src/services/probing/dialling/tls-groups.ts";
import { check } from "../checking.ts";
import { httpsServer, tcpServer } from "../servers.ts";

const HANDSHAKE_RECORD = 22;
const CLIENT_HELLO = 1;

/** Counts the ClientHello messages on their way to the port; returns the port to connect to. */
async function countingHellos(target: string): Promise<{ url: string; hellos: () => number }> {
  let hellos = 0;
  const port = await tcpServer((client) => {
    const server = connect(Number(new URL(target).port), "127.0.0.1");
    client.on("data", (bytes) => {
      // RFC 8446, section 5.1: type, version and length of a record, then the type of its message.
      for (let at = 0; at + 5 < bytes.byteLength; at += 5 + bytes.readUInt16BE(at + 3)) {
        if (bytes[at] === HANDSHAKE_RECORD && bytes[at + 5] === CLIENT_HELLO) hellos += 1;
      }
    });
    client.pipe(server).pipe(client);
    server.on("error", () => client.destroy());
  });
  return { url: `https://127.0.0.1:${port}/`, hellos: () => hellos };
}

describe("a TLS handshake", () => {
  for (const ecdhCurve of ["auto", "X25519", "P-256", "X25519MLKEM768"]) {
    test(`takes one round trip with a server that prefers ${ecdhCurve}`, async () => {
      const { url, ca } = await httpsServer((_request, response) => response.end(), { ecdhCurve });
      const counted = await countingHellos(url);
      expect(await check({ url: counted.url, options: { tls: { ca } } })).toMatchObject({ verdict: "up" });
      expect(counted.hellos()).toBe(1);
    });
  }

  test("does not have Node decode the chain once more, as long as Node asks isSessionReused()", async () => {
    const decoding = vi.spyOn(TLSSocket.prototype, "getPeerCertificate");
    const { url, ca } = await httpsServer((_request, response) => response.end());
    expect(await check({ url, options: { tls: { ca } } })).toMatchObject({ verdict: "up" });
    expect(decoding).not.toHaveBeenCalled();
    decoding.mockRestore();
  });
});

describe("the key exchange groups", () => {
  test("fall back where OpenSSL can't set them, and to Node's own where it can set none", () => {
    const refusing = (pattern: RegExp) => (groups: string) => !pattern.test(groups);
    expect(chooseGroups(refusing(/[*]|MLKEM/))).toBe("X25519:P-256:P-384:P-521");
    expect(chooseGroups(refusing(/./))).toBe("auto");
    expect(() => createSecureContext({ ecdhCurve: chooseGroups() })).not.toThrow();
  });
});
