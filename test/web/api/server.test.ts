// What every route has in common: who is let in from where, how errors look, what an answer's headers allow.
import { request } from "node:http";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { sessionSchema } from "../../../src/contract/api/accounts/session.ts";
import { problemSchema } from "../../../src/contract/api/problem.ts";
import { aServer, type TestServer } from "../../harness/server.ts";

let server: TestServer;

beforeAll(async () => {
  server = await aServer();
});

afterAll(async () => {
  await server.close();
});

interface Sent {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly to?: TestServer;
}

/** Sends exactly these headers; `fetch` would set Host and Origin itself. */
async function sent(
  path: string,
  { method = "GET", headers = {}, body, to = server }: Sent = {},
): Promise<{ readonly status: number; readonly headers: Record<string, unknown>; readonly body: string }> {
  const { promise, resolve, reject } = Promise.withResolvers<{
    status: number;
    headers: Record<string, unknown>;
    body: string;
  }>();
  const { hostname, port } = new URL(to.url);
  const outgoing = request({ host: hostname, port, path, method, headers, agent: false }, (response) => {
    text(response).then(
      (answer) => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: answer }),
      reject,
    );
  });
  outgoing.on("error", reject);
  outgoing.end(body);
  return await promise;
}

function problem(body: string) {
  return problemSchema.parse(JSON.parse(body));
}

test("a program on this machine reads without signing in", async () => {
  const answer = await server.get("/api/v1/session");
  expect(answer.status).toBe(200);
  expect(sessionSchema.parse(await answer.json())).toMatchObject({
    person: null,
    rights: ["read"],
    setupNeeded: true,
  });
});

test("what is not there is a problem that names a code and where it is explained", async () => {
  const answer = await server.get("/api/v1/nothing");
  expect(answer.headers.get("content-type")).toMatch(/^application\/problem\+json/);
  expect(problem(await answer.text())).toMatchObject({
    status: 404,
    code: "not-found",
    type: "/docs/problems#not-found",
  });
});

test.each([
  ["/api/v1/%E0%A4%A", 400],
  [`/api/v1/sites/${"a".repeat(3000)}`, 404],
])("a malformed address is a problem like any other", async (path, status) => {
  const answer = await sent(path, { headers: { host: "localhost" } });
  expect(answer.status).toBe(status);
  expect(problem(answer.body).status).toBe(status);
});

test("a method that an address does not take is answered by those that it takes", async () => {
  expect((await server.get("/api/v1/one-time-links/redeem")).headers.get("allow")).toBe("POST");
  const answer = await server.send("DELETE", "/api/v1/session");
  expect(answer.status).toBe(405);
  expect(answer.headers.get("allow")).toMatch(/^GET/);
  expect(problem(await answer.text()).code).toBe("wrong-method");
});

test.each([
  "evil.example",
  "127.0.0.1.evil.example:8642",
  "localhost.evil.example",
  "evil.example:80@127.0.0.1",
])("a page that has rebound its name %s to this machine reads nothing", async (host) => {
  const answer = await sent("/api/v1/session", { headers: { host } });
  expect(answer.status).toBe(421);
  expect(problem(answer.body).code).toBe("wrong-host");
});

test.each([
  ["reads", "GET", { origin: "https://evil.example" }],
  ["reads", "GET", { "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors" }],
  ["changes", "POST", { origin: "https://evil.example", "content-type": "application/json" }],
  ["changes", "POST", { origin: "null", "content-type": "text/plain" }],
  ["changes", "POST", { "content-type": "application/x-www-form-urlencoded" }],
  ["changes", "POST", { "sec-fetch-site": "cross-site", "x-sitewire": "1" }],
])("another site %s nothing with %s and %o", async (_what, method, headers) => {
  const host = new URL(server.url).host;
  const answer = await sent("/api/v1/session", { method, headers: { host, ...headers } });
  expect(answer.status).toBe(403);
  expect(problem(answer.body).code).toBe("cross-site");
});

test("no page may frame an answer, run a script inline or guess its type", async () => {
  const { headers } = await server.get("/");
  const policy = headers.get("content-security-policy") ?? "";
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toContain("unsafe");
  expect(headers.get("x-frame-options")).toBe("DENY");
  expect(headers.get("x-content-type-options")).toBe("nosniff");
  expect(headers.get("referrer-policy")).toBe("no-referrer");
});

test.each([
  "/../../package.json",
  "/%2e%2e/%2e%2e/package.json",
  "/assets/..%2f..%2f..%2fpackage.json",
  "/assets/%2e%2e%2f%2e%2e%2f%2e%2e%2fpackage.json",
  "/assets/..%5c..%5cpackage.json",
  "/assets/%00.js",
  "/.git/config",
  "//etc/passwd",
])("no file outside the dashboard is read by %s", async (path) => {
  const { status, body } = await sent(path, { headers: { host: "localhost" } });
  expect(status).toBeLessThan(500);
  expect(body).not.toMatch(/"dependencies"|root:|\[core\]/);
});

test.each(["//evil.example/", "//evil.example/..", "/\\evil.example"])(
  "nobody is led to another site by %s",
  async (path) => {
    const { status, headers } = await sent(path, { headers: { host: "localhost" } });
    expect(status < 300 || status >= 400).toBe(true);
    expect(headers.location).toBeUndefined();
  },
);

test("a body larger than it may be is refused without being read", async () => {
  const answer = await sent("/api/v1/session", {
    method: "POST",
    headers: { host: "localhost", "x-sitewire": "1", "content-type": "application/json" },
    body: "x".repeat(2 * 1024 * 1024),
  });
  // There is no such route, and its body is not read either.
  expect([404, 413]).toContain(answer.status);
});

test("a client that sends its request byte by byte is cut off", async () => {
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  const closed = Promise.withResolvers<void>();
  socket.on("close", () => closed.resolve());
  socket.on("error", () => {});
  let answer = "";
  socket.on("data", (chunk) => {
    answer += chunk.toString();
  });
  socket.write("GET /api/v1/session HTTP/1.1\r\nHost: localhost\r\n");
  const drip = setInterval(() => socket.write("X: y\r\n"), 1000);
  await closed.promise;
  clearInterval(drip);
  expect(answer).toMatch(/^HTTP\/1\.1 408/);
  expect(problem(answer.slice(answer.indexOf("{"))).code).toBe("too-slow");
});

test("behind a proxy its address, its origin and its clients' addresses are those of the settings", async () => {
  const proxied = await aServer({
    environment: {
      SITEWIRE_PUBLIC_URL: "https://sitewire.example.org/",
      SITEWIRE_TRUST_PROXY: "loopback",
      SITEWIRE_MAX_REQUESTS_PER_MINUTE: "5",
    },
  });
  onTestFinished(() => proxied.close());
  const from = (address: string) => ({ host: "sitewire.example.org", "x-forwarded-for": address });
  const page = await sent("/api/v1/session", { to: proxied, headers: from("192.0.2.1") });
  expect(page.status).toBe(200);
  expect(page.headers["strict-transport-security"]).toMatch(/max-age=/);
  const reading = await sent("/api/v1/live", { to: proxied, headers: from("192.0.2.1") });
  expect(reading.status).toBe(401);
  const changing = {
    ...from("192.0.2.1"),
    origin: "https://sitewire.example.org",
    "content-type": "application/json",
  };
  const change = await sent("/api/v1/people", { to: proxied, method: "POST", headers: changing, body: "{}" });
  expect(change.status).toBe(401);
  const elsewhere = await sent("/api/v1/session", { to: proxied, headers: { host: "other.example.org" } });
  expect(elsewhere.status).toBe(421);
  const limited = async (address: string) =>
    (await sent("/api/v1/session", { to: proxied, headers: from(address) })).status;
  for (let request = 0; request < 2; request += 1) await limited("192.0.2.1");
  expect(await limited("192.0.2.1")).toBe(429);
  expect(await limited("192.0.2.2")).toBe(200);
});

test("nobody gets around the request limit by headers that no proxy has set", async () => {
  const limited = await aServer({ environment: { SITEWIRE_MAX_REQUESTS_PER_MINUTE: "3" } });
  onTestFinished(() => limited.close());
  const answers = [];
  for (let request = 0; request < 4; request += 1) {
    const headers = { host: "localhost", "x-forwarded-for": `192.0.2.${request}` };
    answers.push(await sent("/api/v1/session", { to: limited, headers }));
  }
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 429]);
  expect(answers.at(-1)?.headers["retry-after"]).toBeDefined();
  expect(problem(answers.at(-1)?.body ?? "").code).toBe("too-many-requests");
});
