/** Answers those who try too often. */
import type { FastifyReply } from "fastify";
import { ProblemError } from "./problem.ts";

/** Throws `ProblemError` with a `Retry-After` unless `waitMs` is 0. */
export function refuseWhileWaiting(reply: FastifyReply, waitMs: number): void {
  if (waitMs === 0) return;
  const seconds = Math.ceil(waitMs / 1000);
  reply.header("retry-after", seconds);
  throw new ProblemError("too-many-requests", `too many attempts: wait ${seconds} seconds`);
}
