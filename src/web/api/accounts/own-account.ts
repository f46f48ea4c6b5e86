/** `/api/v1/sessions` and `/api/v1/passkeys`: what people see and end of their own. */
import type { FastifyRequest } from "fastify";
import { z } from "zod";
import { ownSessionSchema, passkeySchema } from "../../../contract/api/accounts/people.ts";
import { idParametersSchema, pageOf } from "../../../contract/api/conventions.ts";
import type { FoundSession } from "../../../core/accounts/ports.ts";
import { recordAudit } from "../access/audit.ts";
import { instantOf, instantOrNull } from "../answering/instants.ts";
import { ProblemError } from "../answering/problem.ts";
import type { RouteGroup } from "../api-server.ts";

const tags = ["accounts"];
const config = { right: "read" } as const;

export const ownAccountRoutes: RouteGroup = (server, resources) => {
  const { sessions, passkeys } = resources.database.accounts;

  server.get(
    "/api/v1/sessions",
    {
      config,
      schema: { summary: "Where one is signed in", tags, response: { 200: pageOf(ownSessionSchema) } },
    },
    async (request) => {
      const { person, session } = ownSession(request);
      const items = (await sessions.list(person.id)).map(
        ({ id, createdAtMs, expiresAtMs, address, userAgent }) => ({
          id,
          createdAt: instantOf(createdAtMs),
          expiresAt: instantOf(expiresAtMs),
          address,
          userAgent,
          current: id === session.id,
        }),
      );
      return { items, next: null, total: items.length };
    },
  );

  server.delete(
    "/api/v1/sessions/:id",
    {
      config,
      schema: {
        summary: "Sign out elsewhere",
        tags,
        params: idParametersSchema,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      const { person } = ownSession(request);
      const { id } = request.params;
      if (!(await sessions.end(person.id, id)))
        throw new ProblemError("not-found", `there is no session ${id}`);
      const target = { kind: "session", id, name: null };
      await recordAudit(resources, request, { action: "session.ended", target, before: null, after: null });
      return reply.code(204).send(null);
    },
  );

  server.get(
    "/api/v1/passkeys",
    { config, schema: { summary: "One's own passkeys", tags, response: { 200: pageOf(passkeySchema) } } },
    async (request) => {
      const items = (await passkeys.list(ownSession(request).person.id)).map(
        ({ id, name, createdAtMs, lastUsedAtMs }) => ({
          id,
          name,
          createdAt: instantOf(createdAtMs),
          lastUsedAt: instantOrNull(lastUsedAtMs),
        }),
      );
      return { items, next: null, total: items.length };
    },
  );

  server.delete(
    "/api/v1/passkeys/:id",
    {
      config,
      schema: { summary: "Remove a passkey", tags, params: idParametersSchema, response: { 204: z.null() } },
    },
    async (request, reply) => {
      const { person } = ownSession(request);
      const { id } = request.params;
      const passkey = (await passkeys.list(person.id)).find((each) => each.id === id);
      if (passkey === undefined) throw new ProblemError("not-found", `there is no passkey ${id}`);
      if (!(await passkeys.remove(person.id, id))) {
        throw new ProblemError("conflict", "this is the only way to sign in: set a password first");
      }
      const target = { kind: "passkey", id, name: passkey.name };
      await recordAudit(resources, request, {
        action: "person.passkey-removed",
        target,
        before: { name: passkey.name },
        after: null,
      });
      return reply.code(204).send(null);
    },
  );
};

function ownSession({ session }: FastifyRequest): FoundSession {
  if (session === null) throw new ProblemError("not-signed-in", "this is for people who have signed in");
  return session;
}
