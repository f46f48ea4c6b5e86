/** Errors of `/api/v1`: problem details (RFC 9457) with a closed set of codes. */
import { z } from "zod";

interface ProblemKind {
  readonly status: number;
  readonly title: string;
  /** What to do about it. */
  readonly remedy: string;
}

/** `docs/problems`, which the server serves too, is made from this table. */
export const problemKinds = {
  "invalid-request": {
    status: 400,
    title: "The request is malformed",
    remedy: "Correct the fields in `errors`.",
  },
  "not-signed-in": {
    status: 401,
    title: "Nobody is signed in",
    remedy: "Sign in, or send a token: `Authorization: Bearer swt_…`.",
  },
  "not-allowed": {
    status: 403,
    title: "This account may not do this",
    remedy: "Ask an administrator for the right, or use a token with it.",
  },
  "cross-site": {
    status: 403,
    title: "The request comes from another site",
    remedy:
      "Send the header `X-Sitewire: 1` with every change, and no `Origin` other than Sitewire's own. Behind a proxy set `server.publicUrl`.",
  },
  "not-found": {
    status: 404,
    title: "There is no such thing",
    remedy: "Check the address. What an account may not see is not found either.",
  },
  "wrong-method": {
    status: 405,
    title: "The address does not take this method",
    remedy: "`Allow` has the methods that it takes; so has the reference at `/docs/api`.",
  },
  "not-acceptable": {
    status: 406,
    title: "No answer has the wanted form",
    remedy: "Accept `application/json`.",
  },
  "too-slow": {
    status: 408,
    title: "The request did not arrive in time",
    remedy: "Send the headers within 10 s and the whole request within 30 s.",
  },
  conflict: {
    status: 409,
    title: "The request contradicts the present state",
    remedy: "Read the resource again; `detail` names what stands in the way.",
  },
  gone: { status: 410, title: "It was there and is not any more", remedy: "Nothing brings it back." },
  changed: {
    status: 412,
    title: "Somebody else has changed it meanwhile",
    remedy: "Read it again, apply the change to what is there now, and send its new `ETag` in `If-Match`.",
  },
  "too-large": {
    status: 413,
    title: "The request is too large",
    remedy: "Send at most 1 MiB at once; an import takes 16 MiB.",
  },
  "unsupported-type": {
    status: 415,
    title: "The body has a type that is not read here",
    remedy: "Send `application/json`.",
  },
  "wrong-host": {
    status: 421,
    title: "The request names a host that is not served here",
    remedy: "Use the printed address, or set `server.publicUrl` to the address that people use.",
  },
  invalid: {
    status: 422,
    title: "The request cannot be carried out as it is",
    remedy: "Correct what `detail` and `errors` name.",
  },
  "condition-missing": {
    status: 428,
    title: "A change must say what it changes",
    remedy: "Send the resource's `ETag` in `If-Match`.",
  },
  "too-many-requests": {
    status: 429,
    title: "Too many requests",
    remedy: "Wait for the number of seconds in `Retry-After`.",
  },
  "headers-too-large": {
    status: 431,
    title: "The address and the headers are too large",
    remedy: "Send at most 16 KiB of them; fewer cookies often help.",
  },
  internal: {
    status: 500,
    title: "Something went wrong in Sitewire",
    remedy: "The server's log has the reason. Please report it.",
  },
  unavailable: {
    status: 503,
    title: "Something that Sitewire needs is unavailable",
    remedy: "Try again after the number of seconds in `Retry-After`; `sitewire doctor` finds the reason.",
  },
} as const satisfies Readonly<Record<string, ProblemKind>>;

export type ProblemCode = keyof typeof problemKinds;

/** Where the codes are explained: a path of the server itself, so that it needs no network. */
export const PROBLEMS_PATH = "/docs/problems";

export const fieldErrorSchema = z.object({
  field: z.string().describe("path of the field, such as `options.headers[0].name`"),
  message: z.string(),
  value: z.unknown().optional(),
});
export type FieldError = z.infer<typeof fieldErrorSchema>;

export const problemSchema = z
  .object({
    type: z.string().describe("where the code is explained"),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.string(),
    errors: z.array(fieldErrorSchema).optional(),
  })
  .describe("What went wrong (RFC 9457)");
export type Problem = z.infer<typeof problemSchema>;
