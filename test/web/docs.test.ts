// What the server says of itself: the OpenAPI document and the pages made from it.
import { Ajv2020 } from "ajv/dist/2020.js";
import fastify from "fastify";
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from "fastify-type-provider-zod";
import { afterAll, beforeAll, expect, test } from "vitest";
import { problemKinds } from "../../src/contract/api/problem.ts";
import { routeGroups } from "../../src/web/api/routes.ts";
import { type OpenApiDocument, openApiDocument } from "../../src/web/docs/openapi.ts";
import { aServer, type TestServer } from "../harness/server.ts";

let server: TestServer;
let document: OpenApiDocument;

beforeAll(async () => {
  server = await aServer();
  document = await openApiDocument(routeGroups, server.resources);
});

afterAll(async () => {
  await server.close();
});

function operations() {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ name: `${method} ${path}`, operation })),
  );
}

test("the document describes exactly the routes of the API", async () => {
  const registered = new Set<string>();
  const bare = fastify().withTypeProvider<ZodTypeProvider>();
  bare.setValidatorCompiler(validatorCompiler);
  bare.setSerializerCompiler(serializerCompiler);
  bare.addHook("onRoute", ({ method, url, schema }) => {
    if (schema?.hide === true || !url.startsWith("/api/v1/")) return;
    for (const each of [method].flat()) {
      if (each !== "HEAD") registered.add(`${each.toLowerCase()} ${url.replaceAll(/:(\w+)/g, "{$1}")}`);
    }
  });
  for (const addRoutes of routeGroups) addRoutes(bare, server.resources);
  await bare.ready();
  expect(
    operations()
      .map(({ name }) => name)
      .sort(),
  ).toEqual([...registered].sort());
  await bare.close();
});

test("every operation says in words what it does, and has a schema for its answer", () => {
  const silent = operations().filter(({ operation: { summary, responses = {} } }) => {
    const answers = Object.entries(responses).filter(([status]) => /^2/.test(status));
    return summary === undefined || summary === "" || answers.length === 0;
  });
  expect(silent.map(({ name }) => name)).toEqual([]);
});

test("every schema in it is JSON Schema 2020-12", () => {
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  for (const { operation } of operations()) {
    const contents = [operation.requestBody, ...Object.values(operation.responses ?? {})];
    const schemas = contents.flatMap((each) =>
      Object.values(each?.content ?? {}).map(({ schema }) => schema),
    );
    for (const schema of [...schemas, ...(operation.parameters ?? []).map((parameter) => parameter.schema)]) {
      // References lead to the document's components.
      if (typeof schema === "object" && schema !== null) {
        ajv.compile({ ...schema, components: document.components });
      }
    }
  }
});

test("document and pages are served, and run no script", async () => {
  const json = await server.get("/api/v1/openapi.json");
  expect(await json.json()).toMatchObject({ openapi: "3.1.0", info: { title: "Sitewire" } });
  for (const path of ["/docs/api", "/docs/problems"]) {
    const page = await server.get(path);
    expect(page.headers.get("content-type")).toMatch(/^text\/html/);
    expect(await page.text()).not.toMatch(/<script|style=|\son\w+=/);
  }
  expect((await server.get("/docs/style.css")).headers.get("content-type")).toMatch(/^text\/css/);
});

test("the type of each problem leads to its explanation", async () => {
  const page = await (await server.get("/docs/problems")).text();
  for (const code of Object.keys(problemKinds)) expect(page).toContain(`id="${code}"`);
});
