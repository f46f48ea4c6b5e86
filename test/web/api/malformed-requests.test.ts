// Whatever is sent to the server, its answer has one form: problem details with a code that the docs explain.
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { problemKinds, problemSchema } from "../../../src/contract/api/problem.ts";
import { aServer, type TestServer } from "../../harness/server.ts";

let server: TestServer;

beforeAll(async () => {
  server = await aServer();
});

afterAll(async () => {
  await server.close();
});

/** Sends these bytes and nothing else, and returns the answer up to the end of the connection. */
async function attack(bytes: string) {
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  socket.write(bytes);
  const answer = await text(socket);
  const [head = "", body = ""] = answer.split(/\r\n\r\n(.*)/s);
  return { status: Number(head.split(" ")[1]), head: head.toLowerCase(), body };
}

const lines = (...given: readonly string[]) => [...given, "Connection: close", "", ""].join("\r\n");
const post = (path: string, type: string, body: string) =>
  `${lines(
    `POST ${path} HTTP/1.1`,
    "Host: localhost",
    "X-Sitewire: 1",
    `Content-Type: ${type}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
  )}${body}`;
const get = (path: string, ...headers: readonly string[]) =>
  lines(`GET ${path} HTTP/1.1`, "Host: localhost", ...headers);

const attacks: readonly (readonly [what: string, bytes: string, status: number])[] = [
  ["what is not HTTP", "\u0016\u0003\u0001\u0002\r\n\r\n", 400],
  ["a method that does not exist", lines("BREW /api/v1/session HTTP/1.1", "Host: localhost"), 400],
  ["a header without a colon", get("/api/v1/session", "no colon here"), 400],
  [
    "two framings of one body",
    lines("POST / HTTP/1.1", "Host: localhost", "Content-Length: 3", "Transfer-Encoding: chunked"),
    400,
  ],
  [
    "a chunk without a size",
    `${post("/api/v1/session", "text/plain", "").replace("Content-Length: 0", "Transfer-Encoding: chunked")}zz\r\n`,
    400,
  ],
  ["no host", lines("GET /api/v1/session HTTP/1.1"), 400],
  ["a malformed address", get("/api/v1/sites/%zz"), 400],
  ["malformed JSON", post("/api/v1/sites/validate", "application/json", "{nope"), 400],
  [
    "a key that would change every object",
    post("/api/v1/sites/validate", "application/json", '{"__proto__":{}}'),
    400,
  ],
  ["an address that nothing has", get("/api/v1/nothing"), 404],
  ["a part of an address that is longer than any id", get(`/api/v1/sites/${"x".repeat(300)}`), 404],
  [
    "a method that the address does not take",
    lines("PUT /api/v1/session HTTP/1.1", "Host: localhost", "X-Sitewire: 1"),
    405,
  ],
  [
    "a body that is too large",
    post("/api/v1/sites/validate", "application/json", "x".repeat(1_100_000)),
    413,
  ],
  ["a body of another type", post("/api/v1/sites/validate", "text/xml", "<x/>"), 415],
  ["another host", get("/api/v1/session").replace("localhost", "elsewhere.example"), 421],
  ["headers that are too large", get("/api/v1/session", `Cookie: ${"x".repeat(20_000)}`), 431],
  ["an address that is too long", get(`/${"x".repeat(20_000)}`), 431],
];

test.each(attacks)("%s is answered with problem details", async (_what, bytes, status) => {
  const answer = await attack(bytes);
  expect(answer.status).toBe(status);
  expect(answer.head).toContain("content-type: application/problem+json");
  const problem = problemSchema.parse(JSON.parse(answer.body));
  expect(problem.status).toBe(status);
  expect(Object.keys(problemKinds)).toContain(problem.code);
});

test("an expectation that the server does not know is ignored", async () => {
  const answer = await attack(get("/api/v1/session", "Expect: a miracle"));
  expect(answer.status).toBe(200);
});
