/**
 * Answers a POST that is sent again with the same `Idempotency-Key` by the first one's answer, and changes nothing again
 * (IETF draft-ietf-httpapi-idempotency-key-header). Kept in the database, so that it holds for all servers, for a day.
 */
import { createHash } from "node:crypto";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { ServerResources } from "../../../apps/wiring/server-resources.ts";
import type { KeyedRequest } from "../../../core/requests/idempotency.ts";
import type { ApiServer } from "../api-server.ts";
import { ProblemError, problemOf } from "./problem.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** False for an answer that holds a secret or is a stream: it is not kept, and sending again is a conflict. */
    readonly keepsAnswer?: boolean;
  }
  interface FastifyRequest {
    /** Set while the answer is to be kept. */
    keyedRequest: KeyedRequest | null;
  }
}

const LONGEST_KEY = 255;
const KEPT_HEADERS = ["content-type", "etag", "location"] as const;

export function addIdempotency(server: ApiServer, { database, log }: ServerResources): void {
  server.decorateRequest("keyedRequest", null);
  server.addHook("preHandler", async (request, reply) => {
    const keyed = keyedRequestOf(request);
    if (keyed === null) return;
    const outcome = await database.idempotency.begin(keyed);
    switch (outcome.kind) {
      case "first":
        request.keyedRequest = keyed;
        return;
      case "in progress":
        throw new ProblemError(
          "conflict",
          "the first request with this Idempotency-Key is still in progress",
        );
      case "other request":
        throw new ProblemError("invalid", "this Idempotency-Key was used for another request");
      case "answered": {
        const { status, headers, body } = outcome.answer;
        return reply
          .code(status)
          .headers({ ...headers, "idempotency-replayed": "true" })
          .serializer((payload: unknown) => String(payload))
          .send(body);
      }
    }
  });
  server.addHook("onSend", async (request, reply, payload: unknown) => {
    const { keyedRequest } = request;
    if (keyedRequest === null) return;
    request.keyedRequest = null;
    // The change is made by now, so its answer must arrive even if it can't be kept.
    await keep(keyedRequest, request, reply, payload).catch((error: unknown) =>
      log.warn({ reason: String(error) }, "answer not kept for its Idempotency-Key"),
    );
  });

  async function keep(
    keyed: KeyedRequest,
    request: FastifyRequest,
    reply: FastifyReply,
    payload: unknown,
  ): Promise<void> {
    if (reply.statusCode >= 400) await database.idempotency.abandon(keyed);
    else if (request.routeOptions.config.keepsAnswer === false) {
      const problem = problemOf("conflict", "the request was carried out before; its answer is not kept");
      const headers = { "content-type": "application/problem+json; charset=utf-8" };
      await database.idempotency.finish(keyed, {
        status: problem.status,
        headers,
        body: JSON.stringify(problem),
      });
    } else {
      const headers = Object.fromEntries(
        KEPT_HEADERS.flatMap((name) => {
          const value = reply.getHeader(name);
          return value === undefined ? [] : [[name, String(value)]];
        }),
      );
      const body = typeof payload === "string" ? payload : "";
      await database.idempotency.finish(keyed, { status: reply.statusCode, headers, body });
    }
  }
}

function keyedRequestOf({ method, headers, url, body, actor }: FastifyRequest): KeyedRequest | null {
  const key = headers["idempotency-key"];
  if (method !== "POST" || key === undefined) return null;
  if (typeof key !== "string" || key === "" || key.length > LONGEST_KEY) {
    throw new ProblemError("invalid-request", `Idempotency-Key must have 1 to ${LONGEST_KEY} characters`);
  }
  const digest = createHash("sha256")
    .update(`${method} ${url}\n${JSON.stringify(body)}`)
    .digest();
  return { actor: `${actor.kind} ${actor.id ?? ""}`, key, digest };
}
