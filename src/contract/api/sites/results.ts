/** Results and response-time history of one site in `/api/v1`. */
import { z } from "zod";
import { checkResultSchema } from "../../checks/check-result.ts";
import { instantSchema, pageOf, pageQuery } from "../conventions.ts";

const range = {
  from: instantSchema.optional().describe("first instant"),
  to: instantSchema.optional().describe("instant after the last one; now when omitted"),
};

export const resultListQuerySchema = z.strictObject({
  ...range,
  location: z.string().max(64).optional(),
  verdict: checkResultSchema.shape.verdict.optional(),
  ...pageQuery(1000, 100),
});

/** Newest first. */
export const resultListSchema = pageOf(checkResultSchema);
export type ResultList = z.infer<typeof resultListSchema>;

export const resultParametersSchema = z.strictObject({
  id: z.uuid(),
  location: z.string().min(1).max(64),
  slot: instantSchema,
});

/** What was seen in addition to the result; null where it was not recorded. Secrets are `[redacted]`. */
export const evidenceSchema = z.object({
  failedExpectations: checkResultSchema.shape.failedExpectations.unwrap().unwrap(),
  failedAttempts: checkResultSchema.shape.failedAttempts.unwrap().unwrap(),
  irregularities: z.array(z.string()),
  redirects: z.array(z.string()).nullable().describe("the URL of each redirect"),
  responseHeaders: z
    .array(z.object({ name: z.string(), value: z.string() }))
    .nullable()
    .describe("of the last response"),
  body: z.string().nullable().describe("beginning of the last response's body"),
  bodyCut: z.boolean().describe("true when the body is longer"),
  certificateChain: checkResultSchema.shape.certificateChain.unwrap().unwrap().nullable(),
  certificateSeenAt: instantSchema
    .nullable()
    .describe("the slot that recorded the chain: it is recorded when it changes"),
});
export type Evidence = z.infer<typeof evidenceSchema>;

export const resultDetailSchema = z.object({
  result: checkResultSchema,
  evidence: evidenceSchema,
  /** Slots of the results before and after it at the same location. */
  previousSlot: instantSchema.nullable(),
  nextSlot: instantSchema.nullable(),
});
export type ResultDetail = z.infer<typeof resultDetailSchema>;

export const historyResolutionSchema = z.enum(["raw", "hour", "day"]);
export type HistoryResolution = z.infer<typeof historyResolutionSchema>;

export const historyQuerySchema = z.strictObject({
  ...range,
  resolution: historyResolutionSchema
    .or(z.literal("auto"))
    .default("auto")
    .describe("auto: raw up to 6 hours, hour up to 31 days, else day"),
  location: z.string().max(64).optional().describe("only this location; all together when omitted"),
});

const series = z.array(z.number().nonnegative().nullable());
const counts = z.array(z.int().nonnegative());

/**
 * Parallel lists of equal length, one entry a period, ascending and without gaps; null where there is no value. With
 * resolution `raw` a period is one slot.
 */
export const historySchema = z
  .object({
    resolution: historyResolutionSchema,
    from: instantSchema,
    to: instantSchema,
    startsAt: z.array(instantSchema),
    up: counts,
    degraded: counts,
    down: counts,
    due: counts.describe("slots that were due; each is expected of every location"),
    phases: z
      .object({ dns: series, connect: series, tls: series, firstByte: series, download: series })
      .describe("means in milliseconds"),
    meanMs: series,
    p50Ms: series,
    p95Ms: series,
    p99Ms: series,
    locations: z.array(z.object({ location: z.string(), meanMs: series, p95Ms: series, results: counts })),
    incidents: z.array(
      z.object({
        id: z.uuid(),
        severity: z.enum(["degraded", "down"]),
        from: instantSchema,
        to: instantSchema.nullable(),
      }),
    ),
    maintenance: z.array(z.object({ name: z.string(), from: instantSchema, to: instantSchema })),
  })
  .describe("Response times and counts of a site over time");
export type History = z.infer<typeof historySchema>;
export type HistoryQuery = z.input<typeof historyQuerySchema>;
