/** Answers every error as problem details (RFC 9457). */
import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import { hasZodFastifySchemaValidationErrors } from "fastify-type-provider-zod";
import {
  type FieldError,
  PROBLEMS_PATH,
  type Problem,
  type ProblemCode,
  problemKinds,
} from "../../../contract/api/problem.ts";
import { FailureError, messageOf, UsageError } from "../../../contract/errors.ts";
import { InvalidSiteError } from "../../../core/checking/invalid-site-error.ts";
import { RefusedError, UnavailableError } from "../../../core/failures.ts";
import type { Log } from "../../../core/log.ts";
import { InvalidDefinitionError } from "../../../core/sites/site-definitions.ts";

export const PROBLEM_TYPE = "application/problem+json; charset=utf-8";
/** How long a client waits before it tries again what was unavailable. */
const RETRY_AFTER_SECONDS = 5;

/** What a route throws to answer with a problem. */
export class ProblemError extends Error {
  override readonly name = "ProblemError";
  readonly code: ProblemCode;
  readonly errors: readonly FieldError[] | undefined;

  constructor(code: ProblemCode, detail: string, errors?: readonly FieldError[]) {
    super(detail);
    this.code = code;
    this.errors = errors;
  }
}

export function problemOf(code: ProblemCode, detail: string, errors?: readonly FieldError[]): Problem {
  const { status, title } = problemKinds[code];
  const type = `${PROBLEMS_PATH}#${code}`;
  return { type, title, status, detail, code, ...(errors === undefined ? {} : { errors: [...errors] }) };
}

export function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  // Serialised here: the route's own schema is that of its good answers.
  return reply
    .code(problem.status)
    .type(PROBLEM_TYPE)
    .serializer((payload: unknown) => String(payload))
    .send(JSON.stringify(problem));
}

/** An unexpected error is logged, and its text stays in the log. */
export function answerErrors(log: Log) {
  return (error: FastifyError, request: FastifyRequest, reply: FastifyReply): void => {
    const problem = problemOfError(error);
    if (problem.status === 503) reply.header("retry-after", RETRY_AFTER_SECONDS);
    if (problem.code === "internal") {
      const { method, routeOptions } = request;
      log.error(
        { method, route: routeOptions.url, reason: error.stack ?? messageOf(error) },
        "request failed",
      );
    }
    sendProblem(reply, problem);
  };
}

/** Answers what the router refuses before it knows a route: a malformed address, or a part of it that is too long. */
export function answerMalformed(error: FastifyError, _request: unknown, reply: FastifyReply): void {
  const tooLong = error.statusCode === 414;
  sendProblem(
    reply,
    tooLong ? problemOf("not-found", "nothing has so long an address") : problemOfError(error),
  );
}

const CODES_BY_STATUS: ReadonlyMap<number, ProblemCode> = new Map([
  [400, "invalid-request"],
  [404, "not-found"],
  [406, "not-acceptable"],
  [413, "too-large"],
  [415, "unsupported-type"],
  [429, "too-many-requests"],
  [503, "unavailable"],
]);

export function problemOfError(error: Error & Partial<FastifyError>): Problem {
  if (error instanceof ProblemError) return problemOf(error.code, error.message, error.errors);
  if (hasZodFastifySchemaValidationErrors(error)) {
    const errors = error.validation.map(({ instancePath, message = "is wrong" }) => ({
      field: fieldOf(instancePath),
      message,
    }));
    const where =
      error.validationContext === "querystring" ? "query" : (error.validationContext ?? "request");
    const [first] = errors;
    const detail =
      first === undefined
        ? `the ${where} is wrong`
        : `${[where, first.field].filter(Boolean).join(" ")}: ${first.message}`;
    return problemOf("invalid-request", detail, errors);
  }
  if (error instanceof InvalidDefinitionError) return problemOf("invalid", error.message, error.problems);
  // Wrong input that only an operation can find, such as a pattern that does not compile.
  if (error instanceof UsageError || error instanceof InvalidSiteError || error instanceof RefusedError) {
    return problemOf("invalid", error.message);
  }
  if (error instanceof FailureError) return problemOf("conflict", error.message);
  if (error instanceof UnavailableError) return problemOf("unavailable", error.message);
  const code = CODES_BY_STATUS.get(error.statusCode ?? 500);
  if (code === undefined && error.statusCode !== undefined && error.statusCode < 500) {
    return problemOf("invalid-request", error.message);
  }
  return code === undefined
    ? problemOf("internal", "the server's log has the reason")
    : problemOf(code, error.message);
}

/** `/options/headers/0` as `options.headers[0]`. */
function fieldOf(pointer: string): string {
  return pointer
    .split("/")
    .filter((part) => part !== "")
    .map((part, index) => (/^\d+$/.test(part) ? `[${part}]` : `${index === 0 ? "" : "."}${part}`))
    .join("");
}
