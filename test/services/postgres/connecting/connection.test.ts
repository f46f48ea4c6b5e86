// The way to a PostgreSQL server: addresses, TLS, silence. What fails is UnavailableError in one clear line.
import net from "node:net";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { openPostgres } from "../../../../src/services/postgres/database.ts";
import { type CertificateAuthority, createCertificateAuthority } from "../../../harness/certificates.ts";
import { eventually } from "../../../harness/eventually.ts";
import { type PostgresServer, startPostgres } from "../../../harness/postgres/postgres.ts";
import { openedAt, settingsOf, whyUnavailable } from "../ground.ts";
import { quietLog } from "../quiet-log.ts";

let authority: CertificateAuthority;
let server: PostgresServer;

beforeAll(async () => {
  authority = await createCertificateAuthority();
  server = await startPostgres({ tls: await authority.issue() });
  const database = await openPostgres({ settings: settingsOf(server.url), log: quietLog });
  await database.migrate();
  await database.close();
});

afterAll(async () => {
  await server.stop();
});

test("a port where nothing listens", async () => {
  expect(await whyUnavailable(await openedAt(server.url, { port: 1 }))).toBe(
    "PostgreSQL at 127.0.0.1:1 (database postgres, user postgres): connection refused: nothing listens there (ECONNREFUSED)",
  );
});

test("a host that nobody knows", async () => {
  const message = await whyUnavailable(await openedAt(server.url, { host: "nowhere.invalid" }));
  expect(message).toMatch(
    /^PostgreSQL at nowhere\.invalid:\d+ .*: the host name .*\((ENOTFOUND|EAI_AGAIN)\)$/,
  );
});

test("a certificate signed by another CA", async () => {
  const other = await createCertificateAuthority("another authority");
  const message = await whyUnavailable(
    await openedAt(server.url, { sslMode: "verify-full", ca: other.certificate }),
  );
  expect(message).toMatch(/its certificate is not signed by the CA that is trusted \([A-Z_]+\)$/);
});

test("a certificate for another host, which verify-ca takes", async () => {
  const elsewhere = await authority.issue({ hosts: ["elsewhere.example"] });
  const other = await startPostgres({ tls: elsewhere });
  onTestFinished(other.stop);
  const settings = { port: other.port, ca: authority.certificate };
  expect(await whyUnavailable(await openedAt(server.url, { ...settings, sslMode: "verify-full" }))).toMatch(
    /its certificate is for another host \(ERR_TLS_CERT_ALTNAME_INVALID\)$/,
  );
  await (await openedAt(server.url, { ...settings, sslMode: "verify-ca" })).migrate();
});

test("a good certificate is taken in every mode", async () => {
  for (const sslMode of ["require", "verify-ca", "verify-full"] as const) {
    const database = await openedAt(server.url, { sslMode, ca: authority.certificate });
    expect(await database.sites.list(), sslMode).toEqual([]);
  }
});

test("a server without TLS is refused where TLS is required, and taken where it is preferred", async () => {
  const plain = await startPostgres();
  onTestFinished(plain.stop);
  expect(await whyUnavailable(await openedAt(server.url, { port: plain.port, sslMode: "require" }))).toMatch(
    /does not support SSL/,
  );
  await (await openedAt(server.url, { port: plain.port, sslMode: "prefer" })).migrate();
});

test("a server that accepts and never answers is given up within 15 seconds", async () => {
  const silent = net.createServer(() => {}).listen(0, "127.0.0.1");
  onTestFinished(() => void silent.close());
  await eventually("it listens", () => silent.listening);
  const address = silent.address();
  const port = typeof address === "object" ? address?.port : undefined;
  expect(await whyUnavailable(await openedAt(server.url, { port: port ?? 0 }))).toMatch(
    /it did not answer in time$/,
  );
}, 15_000);
