/** Serves the built dashboard: its hashed files, and its one page for every address of the application. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import fastifyStatic from "@fastify/static";
import { ProblemError } from "./api/answering/problem.ts";
import type { ApiServer } from "./api/api-server.ts";

/** The files in it are named after their content. */
const HASHED_FOLDER = "assets";
const YEAR_SECONDS = 365 * 24 * 60 * 60;

const NOT_BUILT = `<!doctype html><title>Sitewire</title><p>The dashboard is not built. Run: npm run build:dashboard`;

/** Takes every address that is no other route's. Files beside which a `.br` or `.gz` lies are sent compressed. */
export async function addDashboard(server: ApiServer, folder: string): Promise<void> {
  await server.register(fastifyStatic, {
    serve: false,
    root: folder,
    preCompressed: true,
    index: false,
    cacheControl: false,
  });
  server.get("/*", { config: { right: "public" }, schema: { hide: true } }, async (request, reply) => {
    const path = pathOf(request.url);
    if (path.startsWith("/api/")) return reply.callNotFound();
    if (path.startsWith(`/${HASHED_FOLDER}/`)) {
      reply.header("cache-control", `public, max-age=${YEAR_SECONDS}, immutable`);
      return reply.sendFile(path.slice(1), folder);
    }
    reply.header("cache-control", "no-cache");
    if (/\.[a-z0-9]+$/i.test(path)) return reply.sendFile(path.slice(1), folder);
    if (!existsSync(join(folder, "index.html")))
      return reply.type("text/html; charset=utf-8").send(NOT_BUILT);
    return reply.sendFile("index.html", folder);
  });
}

/** Without the query. Throws `ProblemError` for an encoding that is none. */
function pathOf(url: string): string {
  try {
    return decodeURIComponent(url.split("?")[0] ?? "/");
  } catch {
    throw new ProblemError("invalid-request", "the address is not percent-encoded UTF-8");
  }
}
