/**
 * `/api/auth/*`: signing in and out. The first request loads what it takes; a server in which nobody signs in never does.
 */
import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { forgiveAccount, takeAttempt } from "../../../apps/operations/accounts/sign-in-attempts.ts";
import type { ServerResources } from "../../../apps/wiring/server-resources.ts";
import { CLIENT_ADDRESS_HEADER, type SignIn } from "../../../core/accounts/sign-in.ts";
import { type OwnOrigins, ownOrigins } from "../access/own-origins.ts";
import { recordSignIn } from "../access/recording-sign-in.ts";
import { sessionTokenIn } from "../access/session-cookie.ts";
import { refuseWhileWaiting } from "../answering/waiting.ts";
import type { ApiServer, RouteGroup } from "../api-server.ts";

const DEFAULT_SESSION_MS = 14 * 86_400_000;
const FORWARDED_HEADERS = [
  "cookie",
  "user-agent",
  "accept",
  "sec-fetch-site",
  "sec-fetch-mode",
  "sec-fetch-dest",
];
/** Each of them proves who somebody is, or tries to. */
const COUNTED_PATHS = /^\/api\/auth\/(sign-in\/|two-factor\/|passkey\/sign-in$|change-password$|callback\/)/;

const accountSchema = z.looseObject({ email: z.string().max(1000) });

export const signInRoutes: RouteGroup = (server, resources) => {
  const { database, log } = resources;
  const open = opener(server, resources);
  server.route({
    method: ["GET", "POST"],
    url: "/api/auth/*",
    config: { right: "public", keepsAnswer: false },
    schema: { hide: true },
    handler: async (request, reply) => {
      const path = request.url.split("?")[0] ?? "";
      const account = accountOf(request);
      if (COUNTED_PATHS.test(path)) {
        refuseWhileWaiting(reply, await takeAttempt(database, { address: request.ip, account }));
      }
      const { signIn, origins } = await open();
      const response = await signIn.handle(asWebRequest(request, origins));
      if (response.status === 401) log.info({ address: request.ip, path }, "sign-in refused");
      const started = sessionTokenIn(response.headers.getSetCookie());
      if (started !== null && account !== null) await forgiveAccount(database, account);
      await recordSignIn(resources, request, { path, status: response.status, started });
      return await sendResponse(reply, response);
    },
  });
};

/** Whose password or code is tried. */
function accountOf({ body, session }: FastifyRequest): string | null {
  return accountSchema.safeParse(body).data?.email ?? session?.person.email ?? null;
}

interface Opened {
  readonly signIn: SignIn;
  /** The origins of this server's own pages, that of its address for people first. */
  readonly origins: OwnOrigins;
}

/** Opens signing in once. When that fails, the next request tries again. */
function opener(server: ApiServer, resources: ServerResources): () => Promise<Opened> {
  const { configuration, database } = resources;
  const { secret, sessionLifetime, oidc } = configuration.accounts;
  let opened: Promise<Opened> | null = null;
  const open = async (): Promise<Opened> => {
    const origins = ownOrigins(server, resources);
    const [publicUrl, ...otherOrigins] = origins;
    const sessionLifetimeMs = sessionLifetime ?? DEFAULT_SESSION_MS;
    const options = { publicUrl, otherOrigins, secret: secret ?? null, sessionLifetimeMs, oidc };
    return { signIn: await database.accounts.openSignIn(options), origins };
  };
  return async () => {
    opened ??= open();
    return await opened.catch((error: unknown) => {
      opened = null;
      throw error;
    });
  };
}

/**
 * The request as the Fetch standard has it, with a client address that the client cannot choose. The hook of access has
 * refused every origin but our own; without one, or with one by another address of ours, it is that of `publicUrl`.
 */
function asWebRequest({ method, url, headers, body, ip }: FastifyRequest, origins: OwnOrigins): Request {
  const forwarded = new Headers({ [CLIENT_ADDRESS_HEADER]: ip });
  for (const name of FORWARDED_HEADERS) {
    const value = headers[name];
    if (typeof value === "string") forwarded.set(name, value);
  }
  const [publicOrigin] = origins;
  if (method === "GET") return new Request(new URL(url, publicOrigin), { headers: forwarded });
  const { origin = publicOrigin } = headers;
  forwarded.set("origin", origins.includes(origin) ? origin : publicOrigin);
  forwarded.set("content-type", "application/json");
  const text = JSON.stringify(body ?? {});
  return new Request(new URL(url, publicOrigin), { method, headers: forwarded, body: text });
}

async function sendResponse(reply: FastifyReply, response: Response): Promise<FastifyReply> {
  for (const [name, value] of response.headers) {
    if (name !== "set-cookie") reply.header(name, value);
  }
  for (const cookie of response.headers.getSetCookie()) reply.header("set-cookie", cookie);
  return reply.code(response.status).send(Buffer.from(await response.arrayBuffer()));
}
