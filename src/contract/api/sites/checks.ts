/** Checking now, and trying a pattern, in `/api/v1`. */
import { z } from "zod";
import { checkResultSchema } from "../../checks/check-result.ts";
import { siteSchema } from "../../checks/site.ts";
import { millisecondsSchema } from "../conventions.ts";
import { evidenceSchema } from "./results.ts";
import { siteDefinitionSchema } from "./sites.ts";

export const checkPhases = ["dns", "connect", "tls", "request", "firstByte", "download"] as const;

/** A check of a saved site. It is not recorded unless `publish` is true. */
export const siteCheckRequestSchema = z.strictObject({
  publish: z.boolean().default(false).describe("true records the result like that of a scheduled check"),
});
export type SiteCheckRequest = z.input<typeof siteCheckRequestSchema>;

/** A check of a site that need not be saved. */
export const checkRequestSchema = siteDefinitionSchema;
export type CheckRequest = z.input<typeof checkRequestSchema>;

/**
 * Event `phase` of the stream: a phase of an attempt ended. Redirects and retries repeat phases; `ms` is the time
 * since the phase began, `request` is sent at once and has 0.
 */
export const phaseEventSchema = z.object({
  name: z.enum(checkPhases),
  ms: millisecondsSchema,
  detail: z
    .string()
    .nullable()
    .describe("what was seen: addresses, address and port, TLS version and cipher, request line, status"),
});
export type PhaseEvent = z.infer<typeof phaseEventSchema>;

/** Event `result` of the stream, and the JSON answer. The stream's event `problem` has a problem (RFC 9457). */
export const checkAnswerSchema = z.object({
  result: checkResultSchema,
  evidence: evidenceSchema,
  published: z.boolean(),
});
export type CheckAnswer = z.infer<typeof checkAnswerSchema>;

const { url, regexp } = siteSchema.shape;

/** With `siteId` the page is fetched with the site's own options, such as its headers. */
export const patternRequestSchema = z
  .strictObject({
    url: url.optional(),
    siteId: z.uuid().optional(),
    regexp: regexp.unwrap(),
  })
  .refine(({ url: given, siteId }) => (given === undefined) !== (siteId === undefined), {
    error: "give either url or siteId",
  });
export type PatternRequest = z.input<typeof patternRequestSchema>;

export const patternAnswerSchema = z.object({
  matched: z.boolean().nullable().describe("null when the page could not be fetched or searched"),
  at: z
    .object({
      start: z.int().nonnegative().describe("offset in the page's text, UTF-16 units"),
      length: z.int().nonnegative(),
    })
    .nullable(),
  excerpt: z.string().describe("the page's text around the match, or its beginning"),
  excerptStart: z.int().nonnegative().describe("offset of the excerpt in the page's text"),
  pageBytes: z.int().nonnegative().nullable(),
  statusCode: z.int().nullable(),
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
});
export type PatternAnswer = z.infer<typeof patternAnswerSchema>;
