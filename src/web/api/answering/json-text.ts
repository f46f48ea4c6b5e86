/** Sends text that is JSON already: a list of thousands is not serialised anew for every request. */
import type { FastifyReply } from "fastify";

export function sendJsonText(reply: FastifyReply, text: string): FastifyReply {
  return reply
    .type("application/json; charset=utf-8")
    .serializer((payload: unknown) => String(payload))
    .send(text);
}
