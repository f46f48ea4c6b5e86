// What is made of a server's certificate: judged before anything is asked, its expiry known in any case.
import type { RequestListener } from "node:http";
import { describe, expect, test } from "vitest";
import { DAY_MS } from "../../../../src/contract/duration.ts";
import { InvalidSiteError } from "../../../../src/core/checking/invalid-site-error.ts";
import type { NameResolver } from "../../../../src/services/probing/dialling/name-resolver.ts";
import { badLeaves, createCertificateAuthority, createSelfSigned } from "../../../harness/certificates.ts";
import { check } from "../checking.ts";
import { httpsServer, theAuthority, tlsServer } from "../servers.ts";

const page: RequestListener = (_request, response) => {
  response.end("here");
};

describe("a certificate that is not to be trusted", () => {
  test("ends the check before the server learns what is asked", async () => {
    let requests = 0;
    const { url } = await httpsServer(() => {
      requests += 1;
    });
    const options = { authentication: { type: "bearer", token: "secret" } } as const;
    expect(await check({ url, options })).toMatchObject({
      verdict: "down",
      error: { code: "tls_untrusted" },
    });
    expect(requests).toBe(0);
  });

  for (const [what, leaf] of Object.entries(badLeaves)) {
    test(`is accepted when the site says so, and the result tells it (${what})`, async () => {
      const { url, ca } = await httpsServer(page, { pair: await (await theAuthority()).issue(leaf) });
      const strict = await check({ url, options: { tls: { ca } } });
      expect(strict).toMatchObject({ verdict: "down", tlsVerified: null });
      const lax = await check({ url, options: { tls: { verify: false } } });
      expect(lax).toMatchObject({ verdict: "up", tlsVerified: false });
      expect(lax.certificateExpiresAt).toBe(strict.certificateExpiresAt);
    });
  }

  test("is self-signed", async () => {
    const { url } = await httpsServer(page, { pair: await createSelfSigned() });
    expect((await check({ url })).error?.code).toBe("tls_untrusted");
    expect((await check({ url, options: { tls: { verify: false } } })).verdict).toBe("up");
  });
});

describe("a certificate's names", () => {
  function resolving(): NameResolver {
    return { resolve: async () => [{ address: "127.0.0.1", family: 4 }] };
  }

  const cases: readonly (readonly [host: string, names: readonly string[], fits: boolean])[] = [
    ["shop.example", ["shop.example"], true],
    ["SHOP.example", ["shop.example"], true],
    ["shop.example.", ["shop.example"], true],
    ["a.shop.example", ["*.shop.example"], true],
    ["a.b.shop.example", ["*.shop.example"], false],
    ["shop.example", ["*.shop.example"], false],
    ["shop.example", ["other.example"], false],
    ["127.0.0.1", ["127.0.0.1"], true],
    ["127.0.0.1", ["127.0.0.2"], false],
    ["127.0.0.1", ["localhost"], false],
  ];
  for (const [host, hosts, fits] of cases) {
    test(`${hosts.join(", ")} ${fits ? "is" : "is not"} good for ${host}`, async () => {
      const pair = await (await theAuthority()).issue({ commonName: host, hosts });
      const { url, ca } = await httpsServer(page, { pair });
      const result = await check(
        { url: url.replace("127.0.0.1", host), options: { tls: { ca } } },
        { resolver: resolving() },
      );
      expect(result.error?.code ?? result.verdict).toBe(fits ? "up" : "tls_hostname");
    });
  }
});

describe("a certificate's expiry", () => {
  test("is told, and nothing is made of it unless the site asks", async () => {
    const notAfter = new Date(Math.floor(Date.now() / 1000) * 1000 + 5 * DAY_MS);
    const { url, ca } = await httpsServer(page, { pair: await (await theAuthority()).issue({ notAfter }) });
    expect(await check({ url, options: { tls: { ca } } })).toMatchObject({
      verdict: "up",
      certificateExpiresAt: notAfter.toISOString(),
    });
    expect(await check({ url, options: { tls: { ca }, certificateValidForDays: 4 } })).toMatchObject({
      verdict: "up",
    });
    const soon = await check({ url, options: { tls: { ca }, certificateValidForDays: 6 } });
    expect(soon).toMatchObject({ verdict: "degraded", error: { code: "certificate_expiring" } });
    expect(soon.failedExpectations?.[0]?.expected).toBe("valid for at least 6 days");
  });

  test("is judged where verification is off and the site asks for it", async () => {
    const { url } = await httpsServer(page, { pair: await (await theAuthority()).issue(badLeaves.expired) });
    const result = await check({ url, options: { tls: { verify: false }, certificateValidForDays: 1 } });
    expect(result).toMatchObject({ verdict: "down", error: { code: "tls_expired" } });
  });

  test("is the earliest of all that were met on the way", async () => {
    const soon = new Date(Math.floor(Date.now() / 1000) * 1000 + 3 * DAY_MS);
    const end = await httpsServer(page);
    const start = await httpsServer(
      (_request, response) => response.writeHead(302, { location: end.url }).end(),
      { pair: await (await theAuthority()).issue({ notAfter: soon }) },
    );
    const result = await check({ url: start.url, options: { tls: { ca: end.ca } } });
    expect(result).toMatchObject({ verdict: "up", certificateExpiresAt: soon.toISOString() });
  });
});

describe("a certificate chain", () => {
  const inDays = (days: number): Date => new Date(Math.floor(Date.now() / 1000) * 1000 + days * DAY_MS);

  test("is told in the result, and expires with its first certificate to expire", async () => {
    const soon = inDays(5);
    const later = inDays(20);
    const intermediate = await (await theAuthority()).issueAuthority("Intermediate", { notAfter: soon });
    const { certificate, key } = await intermediate.issue({ notAfter: later });
    const pair = { certificate: `${certificate}\n${intermediate.certificate}`, key };
    const { url, ca } = await httpsServer(page, { pair });
    const result = await check({ url, options: { tls: { ca }, certificateValidForDays: 10 } });
    expect(result).toMatchObject({
      verdict: "degraded",
      error: { code: "certificate_expiring" },
      certificateExpiresAt: soon.toISOString(),
    });
    expect(result.certificateChain).toMatchObject([
      { subject: "CN=localhost", issuer: "CN=Intermediate", validTo: later.toISOString() },
      { subject: "CN=Intermediate", issuer: "CN=Sitewire test authority", validTo: soon.toISOString() },
      { subject: "CN=Sitewire test authority", issuer: "CN=Sitewire test authority" },
    ]);
  });

  test("does not hold what the server sends and verification never needs", async () => {
    const later = inDays(20);
    const authority = await theAuthority();
    const stranger = await authority.issueAuthority("Stranger", { notAfter: inDays(1) });
    const old = await (await createCertificateAuthority("Old root")).issueAuthority("Intermediate", {
      notAfter: inDays(1),
    });
    const { certificate, key } = await authority.issue({ notAfter: later });
    const pair = { certificate: [certificate, stranger.certificate, old.certificate].join("\n"), key };
    const { url, ca } = await httpsServer(page, { pair });
    const result = await check({ url, options: { tls: { ca }, certificateValidForDays: 10 } });
    expect(result).toMatchObject({ verdict: "up", certificateExpiresAt: later.toISOString() });
    expect(result.certificateChain).toHaveLength(2);
  });
});

describe("a client certificate", () => {
  async function demandingServer(listener: RequestListener = page) {
    const clients = await createCertificateAuthority("Clients");
    const server = await httpsServer(listener, { ca: clients.certificate, requestCert: true });
    return { ...server, client: await clients.issue({ commonName: "probe" }) };
  }

  test("is shown to a server that asks for it", async () => {
    const { url, ca, client } = await demandingServer();
    const tls = { ca, certificate: client.certificate, key: client.key };
    expect(await check({ url, options: { tls } })).toMatchObject({ verdict: "up" });
  });

  test("is missed by a server that asks for it", async () => {
    const { url, ca } = await demandingServer();
    expect((await check({ url, options: { tls: { ca } } })).error?.code).toBe("tls_protocol");
  });

  test("is not shown to another origin a redirect leads to", async () => {
    const end = await demandingServer();
    const start = await httpsServer((_request, response) =>
      response.writeHead(302, { location: end.url }).end(),
    );
    const tls = { ca: end.ca, certificate: end.client.certificate, key: end.client.key };
    expect((await check({ url: start.url, options: { tls } })).error?.code).toBe("tls_protocol");
  });
});

describe("TLS settings that can't be used", () => {
  test("are refused when the site is saved, and a key is not repeated", async () => {
    const { certificate } = await createSelfSigned();
    const other = await createSelfSigned();
    const refused = [
      [{ ca: "my authority" }, "options.tls.ca"],
      [{ certificate, key: other.key }, "options.tls.certificate"],
      [{ certificate, key: "-----BEGIN PRIVATE KEY-----\nsecret" }, "options.tls.certificate"],
    ] as const;
    for (const [tls, field] of refused) {
      const refusal = await check({ url: "https://127.0.0.1/", options: { tls } }).catch(
        (error: unknown) => error,
      );
      expect(refusal).toBeInstanceOf(InvalidSiteError);
      expect(refusal).toMatchObject({ field });
      expect(String(refusal)).not.toContain("secret");
    }
  });
});

test("an old TLS version is accepted as far back as the site says", async () => {
  const { url, ca } = await httpsServer(page, { maxVersion: "TLSv1.2" });
  expect((await check({ url, options: { tls: { ca } } })).verdict).toBe("up");
  const result = await check({ url, options: { tls: { ca, minVersion: "TLSv1.3" } } });
  expect(result.error?.code).toBe("tls_protocol");
});

test("a server that knows other groups than the ones whose keys are sent first is agreed with", async () => {
  for (const ecdhCurve of ["X25519", "P-256", "P-384", "X25519MLKEM768"]) {
    const { url, ca } = await httpsServer(page, { ecdhCurve });
    expect((await check({ url, options: { tls: { ca } } })).verdict).toBe("up");
  }
});

test("a server that closes or resets the connection in the handshake is told apart", async () => {
  const { url: ending } = await tlsServer(["none"], (socket) => socket.end());
  expect((await check({ url: ending })).error?.code).toBe("tls_protocol");
});
