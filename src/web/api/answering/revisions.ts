/** A resource's revision as its `ETag`, so that two editors cannot overwrite each other (RFC 9110, section 13.1.1). */
import type { FastifyRequest } from "fastify";
import { ProblemError } from "./problem.ts";

export function etagOf(revision: number): string {
  return `"${revision}"`;
}

/** The revision that `If-Match` names. Throws `ProblemError` when it is missing; `*` is undefined: any revision. */
export function wantedRevision({ headers }: FastifyRequest): number | undefined {
  const wanted = headers["if-match"];
  if (wanted === undefined)
    throw new ProblemError("condition-missing", "send the resource's ETag in If-Match");
  if (wanted.trim() === "*") return undefined;
  const revision = /^"(\d{1,9})"$/.exec(wanted.trim())?.[1];
  if (revision === undefined)
    throw new ProblemError("changed", `If-Match is ${wanted}: not this resource's ETag`);
  return Number(revision);
}
