/** `/api/v1/tokens`: people make tokens for their programs; administrators see and revoke all of them. */
import type { FastifyRequest } from "fastify";
import { z } from "zod";
import {
  createAccessToken,
  listAccessTokens,
  revokeAccessToken,
} from "../../../apps/operations/accounts/tokens.ts";
import {
  accessTokenSchema,
  createdTokenSchema,
  newTokenSchema,
} from "../../../contract/api/accounts/tokens.ts";
import { idParametersSchema, pageOf } from "../../../contract/api/conventions.ts";
import { UsageError } from "../../../contract/errors.ts";
import type { AccessToken } from "../../../core/accounts/ports.ts";
import { changedBy } from "../access/audit.ts";
import { instantOf, instantOrNull } from "../answering/instants.ts";
import { ProblemError } from "../answering/problem.ts";
import type { RouteGroup } from "../api-server.ts";

export const tokenRoutes: RouteGroup = (server, { database, clock }) => {
  server.get(
    "/api/v1/tokens",
    {
      config: { right: "read" },
      schema: {
        summary: "Tokens of one's own; for administrators all",
        tags: ["accounts"],
        response: { 200: pageOf(accessTokenSchema) },
      },
    },
    async (request) => {
      const found = await listAccessTokens(database, ownerOf(request));
      return { items: found.map(shownToken), next: null, total: found.length };
    },
  );

  server.post(
    "/api/v1/tokens",
    {
      config: { right: "read", keepsAnswer: false },
      schema: {
        summary: "Create a token; the answer is the only time it is shown",
        tags: ["accounts"],
        body: newTokenSchema,
        response: { 201: createdTokenSchema },
      },
    },
    async (request, reply) => {
      const { person } = request.session ?? refuseProgram();
      const { name, scopes, tags, expiresAt } = request.body;
      const excess = scopes.find((scope) => !request.actor.rights.includes(scope));
      if (excess !== undefined) throw new UsageError(`scopes: you have no right to ${excess} yourself`);
      const nowMs = clock.now();
      const lifetimeMs = expiresAt === null ? null : Date.parse(expiresAt) - nowMs;
      const wanted = { name, scopes, tags, ownerId: person.id, lifetimeMs };
      const { token, secret } = await createAccessToken(database, changedBy(request), wanted, nowMs);
      return reply.code(201).send({ ...shownToken(token), token: secret });
    },
  );

  server.delete(
    "/api/v1/tokens/:id",
    {
      config: { right: "read" },
      schema: {
        summary: "Revoke a token of one's own; administrators any",
        tags: ["accounts"],
        params: idParametersSchema,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      const wanted = { id: request.params.id, ownerId: ownerOf(request) };
      const own = (await listAccessTokens(database, wanted.ownerId)).some(({ id }) => id === wanted.id);
      if (!own) throw new ProblemError("not-found", `there is no token ${wanted.id}`);
      await revokeAccessToken(database, changedBy(request), wanted);
      return reply.code(204).send(null);
    },
  );
};

/** Null: all owners. Throws `ProblemError` for somebody who owns nothing. */
function ownerOf({ actor, session }: FastifyRequest): string | null {
  if (actor.rights.includes("administer")) return null;
  return (session ?? refuseProgram()).person.id;
}

/** A token that could make tokens would outlive its own end. */
function refuseProgram(): never {
  throw new ProblemError("not-signed-in", "this is for people who have signed in");
}

function shownToken(token: AccessToken): z.infer<typeof accessTokenSchema> {
  const { id, name, beginning, scopes, tags, ownerId, ownerName, createdAtMs, expiresAtMs, lastUsedAtMs } =
    token;
  return {
    id,
    name,
    beginning,
    scopes: [...scopes],
    tags: tags === null ? null : [...tags],
    owner: ownerId === null ? null : { id: ownerId, name: ownerName ?? "" },
    createdAt: instantOf(createdAtMs),
    expiresAt: instantOrNull(expiresAtMs),
    lastUsedAt: instantOrNull(lastUsedAtMs),
  };
}
