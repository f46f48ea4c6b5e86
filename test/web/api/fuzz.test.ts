// Requests made from the OpenAPI document, right ones and wrong ones: no answer is a server error, and none is outside
// its schema.
import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { defineSite } from "../../../src/contract/checks/site.ts";
import { createSecret, hashOfSecret } from "../../../src/core/accounts/secrets.ts";
import { routeGroups } from "../../../src/web/api/routes.ts";
import { type OpenApiOperation, openApiDocument } from "../../../src/web/docs/openapi.ts";
import { aResult } from "../../contract/a-result.ts";
import { valuesFor } from "../../harness/schema-arbitrary.ts";
import { aServer, type TestServer } from "../../harness/server.ts";

const RUNS_EACH = 25;
const LONGEST_ANSWER_MS = 15_000;
const STREAMS = new Set(["/api/v1/live"]);

interface PlacedOperation extends OpenApiOperation {
  readonly path: string;
  readonly method: string;
}

let server: TestServer;
let operations: readonly PlacedOperation[] = [];
/** What references in schemas lead to. */
let components: unknown;
const ids: string[] = [];
const token = createSecret();
const ajv = new Ajv2020({ strict: false, validateFormats: false });

beforeAll(async () => {
  server = await aServer({
    environment: { CHECKS_TARGETS: "loopback", SITEWIRE_MAX_REQUESTS_PER_MINUTE: "1000000" },
  });
  const { database } = server;
  const sites = ["https://one.example/", "https://two.example/"].map((url) => defineSite({ url }));
  await database.sites.save(sites);
  await database.results.record(
    sites.map(({ id, url }) =>
      aResult({ siteId: id, url, slot: new Date(Date.now() - 60_000).toISOString() }),
    ),
  );
  ids.push(...sites.map(({ id }) => id));
  await database.accounts.tokens.add({
    name: "fuzz",
    hash: hashOfSecret(token),
    beginning: token.slice(0, 8),
    scopes: ["administer"],
    tags: null,
    ownerId: null,
    expiresAtMs: null,
  });
  const document = await openApiDocument(routeGroups, server.resources);
  components = document.components;
  operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ ...operation, path, method })),
  );
});

afterAll(async () => {
  await server.close();
});

function requestsOf({ path, method, parameters = [], requestBody }: PlacedOperation) {
  const placed = (place: string) =>
    fc.record(
      Object.fromEntries(
        parameters
          .filter((parameter) => parameter.in === place)
          .map(({ name, schema }) => [name, valuesFor(schema, { ids }, name)]),
      ),
      place === "path" ? {} : { requiredKeys: [] },
    );
  const media = requestBody?.content?.["application/json"];
  return fc.record({
    method: fc.constant(method.toUpperCase()),
    path: placed("path").map((values) =>
      path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(textOf(values[name])) || "-"),
    ),
    query: placed("query"),
    etag: fc.constantFrom(undefined, '"1"', "nonsense", "*"),
    body: media === undefined ? fc.constant(undefined) : valuesFor(media.schema, { ids }),
  });
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value.toWellFormed() : (JSON.stringify(value) ?? "");
}

test("no request made from the OpenAPI document is answered by an error of the server", {
  timeout: 240_000,
}, async () => {
  for (const operation of operations) {
    if (STREAMS.has(operation.path)) continue;
    await fc.assert(
      fc.asyncProperty(requestsOf(operation), async ({ method, path, query, etag, body }) => {
        const search = new URLSearchParams(
          Object.entries(query).map(([name, value]): [string, string] => [name, textOf(value)]),
        ).toString();
        const response = await fetch(`${server.url}${path}${search === "" ? "" : `?${search}`}`, {
          method,
          redirect: "manual",
          signal: AbortSignal.timeout(LONGEST_ANSWER_MS),
          headers: {
            authorization: `Bearer ${token}`,
            accept: "application/json",
            ...(etag === undefined ? {} : { "if-match": etag }),
            ...(body === undefined ? {} : { "content-type": "application/json" }),
          },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        });
        const text = await response.text();
        expect(response.status, `${method} ${path}?${search}: ${text}\n${server.logged.at(-1)}`).toBeLessThan(
          500,
        );
        expectDescribed(operation, response, text);
      }),
      { numRuns: RUNS_EACH },
    );
  }
});

function expectDescribed({ responses = {} }: PlacedOperation, response: Response, text: string): void {
  const described = responses[String(response.status)] ?? responses.default;
  const type = response.headers.get("content-type")?.split(";")[0] ?? "";
  const media = described?.content?.[type];
  if (text === "" && described?.content === undefined) return;
  expect(Object.keys(described?.content ?? {}), `${response.url} ${response.status}`).toContain(type);
  if (!/json$/.test(type) || typeof media?.schema !== "object" || media.schema === null) return;
  const validate = ajv.compile({ ...media.schema, components });
  expect(
    validate(JSON.parse(text)),
    `${response.url}: ${ajv.errorsText(validate.errors)}\n${text.slice(0, 500)}`,
  ).toBe(true);
}
