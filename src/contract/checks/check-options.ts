/** Options of a check in addition to URL, pattern and interval. Every option has a default: `{}` is a plain GET. */
import { z } from "zod";
import { DAY_MS } from "../duration.ts";
import { storableTextSchema } from "../storable-text.ts";

/** Defaults of the options. The descriptions below name the same values. */
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

/** A field name is a token (RFC 9110, section 5.1). */
const headerName = z
  .string()
  .max(200)
  .regex(/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/, "must be a header name: letters, digits and !#$%&'*+-.^_`|~");

/** Excludes line breaks, which could inject header lines (RFC 9110, section 5.5). Values are sent as Latin-1. */
const headerValue = z
  .string()
  .max(8192)
  .regex(/^[\t\x20-\x7e\x80-\xff]*$/, "must be one line of Latin-1 text without control characters");

/** The prober sets these headers itself; other values would break the request. */
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
  equals: storableTextSchema.max(8192).optional().describe("the exact text that is expected"),
  matches: pattern.optional().describe("a regular expression that must match"),
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
      error: `must not set ${[...FRAMING_HEADERS].join(", ")}: Sitewire sets these itself`,
    })
    .optional()
    .describe("request headers; a redirect to another origin receives only accept and accept-language"),
  body: storableTextSchema
    .max(1_048_576)
    .optional()
    .describe("request body, sent as UTF-8; not with GET or HEAD"),
  userAgent: headerValue.min(1).optional().describe("User-Agent header; default Sitewire and its version"),
  authentication: credentialsSchema
    .optional()
    .describe("basic or bearer credentials, sent to the site's own origin only"),
  tls: z
    .strictObject({
      verify: z
        .boolean()
        .optional()
        .describe("false accepts any certificate, and every result is marked; default true"),
      ca: nonEmpty.optional().describe("PEM text of the CA to trust instead of the public ones"),
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
    .describe("HTTP proxy, as http://user:password@host:port; the target policy must allow its address too"),
  ipVersion: z
    .union([
      z.enum(["auto", "4", "6"]),
      z.literal([4, 6]).transform((version) => (version === 4 ? "4" : "6")),
    ])
    .optional()
    .describe("auto races IPv6 and IPv4 (Happy Eyeballs); 4 and 6 use only that version; default auto"),
  httpVersion: z
    .union([
      z.enum(["auto", "1.1", "2"]),
      z.literal([1.1, 2]).transform((version) => (version === 2 ? "2" : "1.1")),
    ])
    .optional()
    .describe("auto negotiates HTTP/2 or HTTP/1.1 by ALPN; 2 requires https; default auto"),
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
      "connect to another host and port, as host:port:host:port; an empty part matches any, or stays the same; not with a proxy",
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
    .describe("largest number of decoded body bytes to read; default 1 MiB"),
  largerBody: z
    .enum(["search", "fail"])
    .optional()
    .describe(
      "a body larger than maxBodyBytes: search the part that was read, or fail with body_too_large; default search",
    ),

  expectedStatus: z
    .union([storableTextSchema.max(200), z.int().min(100).max(599)])
    .transform(String)
    .optional()
    .describe("status codes and ranges that count as up, such as 200-299,401; default 200-399"),
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
            .describe("the expected value"),
          matches: pattern.optional().describe("a regular expression that must be found in the value's text"),
        })
        .refine(exactlyOneOf, oneOfMessage),
    )
    .max(20)
    .optional()
    .describe("expectations of a JSON body; one of the selected values must satisfy each"),
  responseHeaders: z
    .array(z.strictObject({ name: headerName, ...equalsOrMatches }).refine(exactlyOneOf, oneOfMessage))
    .max(20)
    .optional()
    .describe("expectations of response headers; one value of a repeated header must satisfy each"),
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
    .describe("total response time from which the result is degraded"),
  certificateValidForDays: z
    .int()
    .min(1)
    .max(3650)
    .optional()
    .describe("degraded when the server's certificate expires within this many days"),

  retries: z
    .int()
    .min(0)
    .max(10)
    .optional()
    .describe("further attempts before a failed check is down, within the slot; default 2"),
  retryDelayMs: z
    .int()
    .min(0)
    .max(60_000)
    .optional()
    .describe("milliseconds between two attempts, plus or minus a fifth; default 1000"),
  maxRetryAfterMs: z
    .int()
    .min(0)
    .max(DAY_MS)
    .optional()
    .describe("longest Retry-After (429) that is obeyed; the skipped slots have no result; default 300000"),
});

export type CheckOptions = z.infer<typeof checkOptionsSchema>;
