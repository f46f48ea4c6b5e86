/**
 * Decides about every request: who makes it, and whether they may. Each route names the right that it takes; a route
 * that names none is refused when the server starts.
 */
import type { FastifyRequest } from "fastify";
import type { ServerResources } from "../../apps/wiring/server-resources.ts";
import { type Actor, anyone } from "../../core/accounts/actor.ts";
import { isLocalRequest } from "../../core/accounts/admission.ts";
import type { ApiServer } from "./api-server.ts";
import { ProblemError } from "./problem.ts";
import { checkHost, checkOrigin, type ServedAs } from "./request-site.ts";

const nobody: Actor = { ...anyone, name: "nobody", tags: [], rights: [] };

export function addAccess(server: ApiServer, _resources: ServerResources, servedAs: ServedAs): void {
  server.decorateRequest("actor");
  server.addHook("onRoute", ({ config, method, url }) => {
    if (config?.right === undefined) throw new Error(`route ${String(method)} ${url} names no right`);
  });
  server.addHook("onRequest", async (request) => {
    checkHost(request, servedAs);
    checkOrigin(request, servedAs);
    request.actor = actorOf(request);
    // Whoever asks for what is not there is told so.
    if (request.is404) return;
    const { right = "administer" } = request.routeOptions.config;
    if (right === "public" || request.actor.rights.includes(right)) return;
    if (request.actor.kind === "anyone")
      throw new ProblemError("not-signed-in", `this takes the right to ${right}`);
    throw new ProblemError("not-allowed", `this takes the right to ${right}`);
  });
}

function actorOf({ socket, headers }: FastifyRequest): Actor {
  const local = isLocalRequest({
    remoteAddress: socket.remoteAddress,
    host: headers.host,
    headerNames: Object.keys(headers),
  });
  return local ? anyone : nobody;
}
