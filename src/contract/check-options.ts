/** How a site is checked beyond its URL, pattern and interval. Every option has a default: `{}` is a plain GET. */
import { z } from "zod";
import { DAY_MS } from "./duration.ts";
import { storableTextSchema } from "./storable-text.ts";

/** What an option is when it is not given. The descriptions below name the same values. */
export const CHECK_OPTION_DEFAULTS = {
  method: "GET",
  ipVersion: "auto",
  httpVersion: "auto",
  maxRedirects: 10,
  maxBodyBytes: 1_048_576,
  expectedStatus: "200-399",
  retries: 2,
  retryDelayMs: 1000,
  maxRetryAfterMs: 300_000,
} as const;

const nonEmpty = storableTextSchema.min(1);
const pattern = nonEmpty.max(2000);

/** A field name as RFC 9110, section 5.1 has it: a token. */
const headerName = z
  .string()
  .max(200)
  .regex(/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/, "must be a header name: letters, digits and !#$%&'*+-.^_`|~");

/** No line breaks, so that a value can't add header lines (RFC 9110, section 5.5); Latin-1, as it is sent. */
const headerValue = z
  .string()
  .max(8192)
  .regex(/^[\t\x20-\x7e\x80-\xff]*$/, "must be one line of Latin-1 text without control characters");

/** Framing is the prober's own business; a site that sets these would get a broken request. */
const FRAMING_HEADERS = new Set([
  "connection",
  "content-length",
  "expect",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

const credentialsSchema = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("basic"),
    username: storableTextSchema
      .max(1000)
      .describe("user name, without a colon")
      .regex(/^[^:]*$/, "must not contain a colon"),
    password: storableTextSchema.max(1000).describe("password"),
  }),
  z.strictObject({
    type: z.literal("bearer"),
    token: z
      .string()
      .max(8192)
      .regex(/^[\x21-\x7e]+$/, "must be visible ASCII text without spaces")
      .describe("token sent as Authorization: Bearer"),
  }),
]);

const equalsOrMatches = {
  equals: storableTextSchema.max(8192).optional().describe("the exact text expected"),
  matches: pattern.optional().describe("a regular expression that must be found"),
};

function exactlyOneOf(value: { equals?: unknown; matches?: unknown }): boolean {
  return (value.equals === undefined) !== (value.matches === undefined);
}
const oneOfMessage = { error: "give either equals or matches" };

export const checkOptionsSchema = z.strictObject({
  method: z
    .enum(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
    .optional()
    .describe("request method; default GET"),
  headers: z
    .record(headerName, headerValue)
    .refine((headers) => Object.keys(headers).every((name) => !FRAMING_HEADERS.has(name.toLowerCase())), {
      error: `must not set ${[...FRAMING_HEADERS].join(", ")}: the request's framing is made by the check itself`,
    })
    .optional()
    .describe("request headers; on a redirect to another origin only accept and accept-language go along"),
  body: storableTextSchema
    .max(1_048_576)
    .optional()
    .describe("request body, sent as UTF-8; not with GET or HEAD"),
  userAgent: headerValue
    .min(1)
    .optional()
    .describe("User-Agent header; default names Sitewire and its version"),
  authentication: credentialsSchema
    .optional()
    .describe("basic or bearer credentials, sent to the site's own origin only"),
  tls: z
    .strictObject({
      verify: z
        .boolean()
        .optional()
        .describe("false accepts any certificate; every result then says so; default true"),
      ca: nonEmpty.optional().describe("PEM text of the CA to trust, instead of the well-known ones"),
      certificate: nonEmpty
        .optional()
        .describe("PEM text of the client certificate, sent to the site's own origin only"),
      key: nonEmpty.optional().describe("PEM text of the client certificate's key"),
      minVersion: z
        .enum(["TLSv1.2", "TLSv1.3"])
        .optional()
        .describe("oldest TLS version accepted; default TLSv1.2"),
    })
    .refine((tls) => (tls.certificate === undefined) === (tls.key === undefined), {
      error: "certificate and key must be given together",
    })
    .optional()
    .describe("certificate verification and client certificate"),
  proxy: z
    .url({ protocol: /^http$/, error: "must be an http:// URL" })
    .max(2000)
    .optional()
    .describe(
      "HTTP proxy, as http://user:password@host:port; its address must be allowed by the target policy too",
    ),
  ipVersion: z
    .union([
      z.enum(["auto", "4", "6"]),
      z.literal([4, 6]).transform((version) => (version === 4 ? "4" : "6")),
    ])
    .optional()
    .describe("auto races IPv6 and IPv4 (Happy Eyeballs); 4 and 6 use that one only; default auto"),
  httpVersion: z
    .union([
      z.enum(["auto", "1.1", "2"]),
      z.literal([1.1, 2]).transform((version) => (version === 2 ? "2" : "1.1")),
    ])
    .optional()
    .describe("auto agrees on HTTP/2 or HTTP/1.1 by ALPN; 2 needs https; default auto"),
  connectTo: z
    .array(
      z
        .string()
        .max(600)
        .regex(
          /^(?:\[[0-9A-Fa-f:.]*\]|[^:[\]\s]*):\d{0,5}:(?:\[[0-9A-Fa-f:.]*\]|[^:[\]\s]*):\d{0,5}$/,
          "must look like host:port:host:port, with IPv6 addresses in brackets",
        ),
    )
    .max(50)
    .optional()
    .describe(
      "where to connect in place of a host and port, as host:port:host:port; an empty part is any, or the same; not through a proxy",
    ),
  followRedirects: z.boolean().optional().describe("false judges the redirect itself; default true"),
  maxRedirects: z
    .int()
    .min(0)
    .max(50)
    .optional()
    .describe("redirects followed before the check fails with redirect_limit; default 10"),
  maxBodyBytes: z
    .int()
    .min(1)
    .max(64 * 1_048_576)
    .optional()
    .describe("decoded body bytes read at most; default 1 MiB"),
  largerBody: z
    .enum(["search", "fail"])
    .optional()
    .describe("a body over maxBodyBytes: search as far as read, or fail with body_too_large; default search"),

  expectedStatus: z
    .union([storableTextSchema.max(200), z.int().min(100).max(599)])
    .transform(String)
    .optional()
    .describe("codes and ranges that are up, such as 200-299,401; default 200-399"),
  regexpExpected: z
    .enum(["present", "absent"])
    .optional()
    .describe("whether the site's regexp must or must not be found in the body; default present"),
  bodyContains: z.array(nonEmpty.max(2000)).max(20).optional().describe("texts the body must contain"),
  bodyLacks: z.array(nonEmpty.max(2000)).max(20).optional().describe("texts the body must not contain"),
  json: z
    .array(
      z
        .strictObject({
          path: nonEmpty
            .max(500)
            .describe("JSON path (RFC 9535), such as $.checks[0].state or $.items[?@.critical == true].id"),
          equals: z
            .union([storableTextSchema.max(8192), z.number(), z.boolean(), z.null()])
            .optional()
            .describe("the value expected"),
          matches: pattern.optional().describe("a regular expression that must be found in the value's text"),
        })
        .refine(exactlyOneOf, oneOfMessage),
    )
    .max(20)
    .optional()
    .describe("expectations of a JSON body; of several values selected one that holds is enough"),
  responseHeaders: z
    .array(z.strictObject({ name: headerName, ...equalsOrMatches }).refine(exactlyOneOf, oneOfMessage))
    .max(20)
    .optional()
    .describe("expectations of response headers; of a header that stands more than once one must hold"),
  finalUrl: z
    .strictObject(equalsOrMatches)
    .refine(exactlyOneOf, oneOfMessage)
    .optional()
    .describe("expectation of the URL after redirects"),
  responseTimeBelowMs: z
    .int()
    .min(1)
    .max(600_000)
    .optional()
    .describe("total response time that is degraded when reached"),
  certificateValidForDays: z
    .int()
    .min(1)
    .max(3650)
    .optional()
    .describe("degraded when the server's certificate expires within so many days"),

  retries: z
    .int()
    .min(0)
    .max(10)
    .optional()
    .describe("further attempts before a failed check is down, as far as the slot has room; default 2"),
  retryDelayMs: z
    .int()
    .min(0)
    .max(60_000)
    .optional()
    .describe("milliseconds between two attempts, give or take a fifth; default 1000"),
  maxRetryAfterMs: z
    .int()
    .min(0)
    .max(DAY_MS)
    .optional()
    .describe(
      "longest time a server's Retry-After (429) keeps further checks away; those slots have no result; default 300000",
    ),
});

export type CheckOptions = z.infer<typeof checkOptionsSchema>;
