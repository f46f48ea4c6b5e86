/** The API's documentation, served by the server itself: the OpenAPI document and pages that need no network. */
import type { ServerResources } from "../../apps/wiring/server-resources.ts";
import { PROBLEMS_PATH } from "../../contract/api/problem.ts";
import type { ApiServer, RouteGroup } from "../api/api-server.ts";
import { DOCS_STYLE, STYLE_PATH } from "./page.ts";

const HTML = "text/html; charset=utf-8";
const CACHED = "public, max-age=300";

export function addDocs(
  server: ApiServer,
  resources: ServerResources,
  routeGroups: readonly RouteGroup[],
): void {
  let document: Promise<{ readonly json: string; readonly page: string }> | undefined;
  const made = (): Promise<{ readonly json: string; readonly page: string }> => {
    document ??= make(resources, routeGroups).catch((error: unknown) => {
      document = undefined;
      throw error;
    });
    return document;
  };
  const options = { config: { right: "public" }, schema: { hide: true } } as const;
  server.get("/api/v1/openapi.json", options, async (_request, reply) =>
    reply
      .header("cache-control", CACHED)
      .type("application/json; charset=utf-8")
      .send((await made()).json),
  );
  server.get("/docs/api", options, async (_request, reply) =>
    reply
      .header("cache-control", CACHED)
      .type(HTML)
      .send((await made()).page),
  );
  server.get(PROBLEMS_PATH, options, async (_request, reply) => {
    const { problemsPage } = await import("./problems-page.ts");
    return reply.header("cache-control", CACHED).type(HTML).send(problemsPage());
  });
  server.get(STYLE_PATH, options, async (_request, reply) =>
    reply.header("cache-control", CACHED).type("text/css; charset=utf-8").send(DOCS_STYLE),
  );
}

async function make(
  resources: ServerResources,
  routeGroups: readonly RouteGroup[],
): Promise<{ readonly json: string; readonly page: string }> {
  const { openApiDocument } = await import("./openapi.ts");
  const { referencePage } = await import("./reference-page.ts");
  const document = await openApiDocument(routeGroups, resources);
  return { json: JSON.stringify(document), page: referencePage(document) };
}
