/** Checks at once, as JSON or as a stream of phases (HTML standard, "Server-sent events"), and patterns tried. */
import { Readable } from "node:stream";
import type { FastifyReply, FastifyRequest } from "fastify";
import { checkNow, tryPatternNow } from "../../../apps/operations/sites/check-now.ts";
import { findSite } from "../../../apps/operations/sites/site-editing.ts";
import type { ServerResources } from "../../../apps/wiring/server-resources.ts";
import { idParametersSchema } from "../../../contract/api/conventions.ts";
import {
  checkAnswerSchema,
  checkRequestSchema,
  patternAnswerSchema,
  patternRequestSchema,
  siteCheckRequestSchema,
} from "../../../contract/api/sites/checks.ts";
import { defineSite, type Site } from "../../../contract/checks/site.ts";
import { topicsOf } from "../../../contract/events/topics.ts";
import { siteOfRequest } from "../../../core/sites/site-definitions.ts";
import { ProblemError, problemOfError } from "../answering/problem.ts";
import type { RouteGroup } from "../api-server.ts";

const description = "With `Accept: text/event-stream` each phase is an event as it ends, then the result.";

export const checkRoutes: RouteGroup = (server, resources) => {
  const { database, configuration } = resources;

  server.post(
    "/api/v1/sites/:id/check",
    {
      config: { right: "edit", keepsAnswer: false },
      schema: {
        summary: "Check a site now",
        description,
        tags: ["checks"],
        params: idParametersSchema,
        body: siteCheckRequestSchema,
        response: { 200: checkAnswerSchema },
      },
    },
    async (request, reply) => {
      const site = await storedSite(resources, request, request.params.id);
      const topic = topicsOf(configuration.kafka.topicPrefix).checks;
      const publishTo = request.body.publish ? { outbox: database.outbox, topic } : null;
      return await answer(resources, request, reply, { site, publishTo });
    },
  );

  server.post(
    "/api/v1/check",
    {
      // Anyone on this machine may look at a first site before there is an administrator.
      config: { right: "read", keepsAnswer: false },
      schema: {
        summary: "Check a site that need not be saved",
        description,
        tags: ["checks"],
        body: checkRequestSchema,
        response: { 200: checkAnswerSchema },
      },
    },
    async (request, reply) => {
      await requireEditing(resources, request);
      const { checker } = await resources.checking();
      const site = siteOfRequest(checker, request.body, null);
      return await answer(resources, request, reply, { site, publishTo: null });
    },
  );

  server.post(
    "/api/v1/pattern",
    {
      config: { right: "edit", keepsAnswer: false },
      schema: {
        summary: "Try a pattern on a page as it is now",
        tags: ["checks"],
        body: patternRequestSchema,
        response: { 200: patternAnswerSchema },
      },
    },
    async (request, reply) => {
      const { url, siteId, regexp } = request.body;
      const site =
        siteId === undefined ? defineSite({ url: url ?? "" }) : await storedSite(resources, request, siteId);
      const checking = await resources.checking();
      const { clock } = resources;
      const signal = untilClosed(reply);
      return await tryPatternNow({ checking, clock, signal }, { ...site, regexp });
    },
  );
};

type Checked = Omit<Parameters<typeof checkNow>[1], "onPhase">;

async function answer(
  resources: ServerResources,
  request: FastifyRequest,
  reply: FastifyReply,
  checked: Checked,
) {
  const checking = await resources.checking();
  const opened = { checking, clock: resources.clock, signal: untilClosed(reply) };
  if (!request.headers.accept?.includes("text/event-stream")) {
    return await checkNow(opened, { ...checked, onPhase: () => {} });
  }
  const stream = new Readable({ read() {} });
  const send = (event: string, data: unknown): void => {
    stream.push(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  };
  checkNow(opened, { ...checked, onPhase: (phase) => send("phase", phase) })
    .then(
      (result) => send("result", result),
      (error: unknown) =>
        send("problem", problemOfError(error instanceof Error ? error : new Error(String(error)))),
    )
    .finally(() => stream.push(null));
  reply.type("text/event-stream; charset=utf-8").header("x-accel-buffering", "no");
  return await reply.send(stream);
}

/** Aborts when the client leaves, and once it has its answer. */
function untilClosed({ raw }: FastifyReply): AbortSignal {
  const closing = new AbortController();
  raw.once("close", () => closing.abort());
  return closing.signal;
}

/** Throws `ProblemError` for a site that the person may not see. */
async function storedSite(
  { database }: ServerResources,
  { actor }: FastifyRequest,
  id: string,
): Promise<Site> {
  const stored = await findSite({ database }, { id, visibleTags: actor.tags });
  if (stored === null) throw new ProblemError("not-found", "there is no such site");
  return stored.site;
}

async function requireEditing({ database }: ServerResources, { actor }: FastifyRequest): Promise<void> {
  if (actor.rights.includes("edit")) return;
  if (actor.kind !== "anyone") throw new ProblemError("not-allowed", "this takes the right to edit");
  if (await database.accounts.people.hasAdministrator()) {
    throw new ProblemError("not-signed-in", "this takes the right to edit");
  }
}
