/**
 * Decides about every request: who makes it, and whether they may. Each route names the right that it takes; a route
 * that names none is refused when the server starts.
 */
import type { FastifyRequest } from "fastify";
import {
  type SignedIn,
  signedInBySession,
  signedInByToken,
} from "../../../apps/operations/accounts/access.ts";
import type { ServerResources } from "../../../apps/wiring/server-resources.ts";
import { type Actor, anyone } from "../../../core/accounts/actor.ts";
import { isLocalRequest } from "../../../core/accounts/admission.ts";
import { ProblemError } from "../answering/problem.ts";
import type { ApiServer } from "../api-server.ts";
import { checkHost, checkOrigin, checkPublished, type ServedAs } from "../sites/request-site.ts";
import { sessionTokenOf } from "./session-cookie.ts";

const nobody: Actor = { ...anyone, name: "nobody", tags: [], rights: [] };
const BEARER = /^Bearer +(\S+)$/i;

export function addAccess(
  server: ApiServer,
  { database }: ServerResources,
  { isPageHost, ...servedAs }: ServedAs & { readonly isPageHost: (hostName: string) => boolean },
): void {
  server.decorateRequest("actor");
  server.decorateRequest("session", null);
  server.addHook("onRoute", ({ config, method, url }) => {
    if (config?.right === undefined) throw new Error(`route ${String(method)} ${url} names no right`);
  });
  server.addHook("onRequest", async (request) => {
    const onPageHost = isPageHost(request.hostname);
    const { right = "administer", published = false } = request.routeOptions.config;
    if (published) {
      checkPublished(request, onPageHost, servedAs);
    } else if (onPageHost) {
      throw new ProblemError("not-found", "there is no such page");
    } else {
      checkHost(request, servedAs);
      checkOrigin(request, servedAs);
    }
    const signedIn = needsActor(request, right) ? await signedInOf(request, database) : null;
    request.actor = signedIn?.actor ?? unknownActor(request);
    request.session = signedIn?.session ?? null;
    // Whoever asks for what is not there is told so.
    if (request.is404) return;
    if (right === "public" || request.actor.rights.includes(right)) return;
    if (request.actor.kind === "anyone")
      throw new ProblemError("not-signed-in", `this takes the right to ${right}`);
    throw new ProblemError("not-allowed", `this takes the right to ${right}`);
  });
}

/** The files of the dashboard are everybody's: the database is not asked for each of them. */
function needsActor({ url }: FastifyRequest, right: string): boolean {
  return right !== "public" || url.startsWith("/api/");
}

/**
 * A token that is not valid is never taken for no token: its program would go on with other rights than it believes.
 * Throws `ProblemError`.
 */
export async function signedInOf(
  { headers }: FastifyRequest,
  database: ServerResources["database"],
): Promise<SignedIn | null> {
  const { authorization } = headers;
  if (authorization !== undefined) {
    const token = BEARER.exec(authorization)?.[1];
    const signedIn = token === undefined ? null : await signedInByToken(database, token);
    if (signedIn !== null) return signedIn;
    throw new ProblemError("not-signed-in", "the token is unknown, revoked or expired");
  }
  const token = sessionTokenOf(headers.cookie);
  return token === null ? null : await signedInBySession(database, token);
}

/** Who makes the request now. Throws `ProblemError`. */
export async function actorOf(
  request: FastifyRequest,
  database: ServerResources["database"],
): Promise<Actor> {
  return (await signedInOf(request, database))?.actor ?? unknownActor(request);
}

function unknownActor({ socket, headers }: FastifyRequest): Actor {
  const local = isLocalRequest({
    remoteAddress: socket.remoteAddress,
    host: headers.host,
    headerNames: Object.keys(headers),
  });
  return local ? anyone : nobody;
}
