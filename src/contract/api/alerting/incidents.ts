/** Incidents in `/api/v1`. */
import { z } from "zod";
import { incidentEventSchema, incidentKindSchema, severitySchema } from "../../alerting/incident-event.ts";
import { checkResultSchema } from "../../checks/check-result.ts";
import { responseEvidenceSchema } from "../../checks/response-evidence.ts";
import { storableTextSchema } from "../../storable-text.ts";
import { instantSchema, pageOf, pageQuery } from "../conventions.ts";

const incidentStateSchema = z.enum(["open", "acknowledged", "resolved"]);
const outcomeSchema = z.enum(["up", "degraded", "down", "unobserved"]);

export const incidentListQuerySchema = z.strictObject({
  ...pageQuery(500, 100),
  state: incidentStateSchema
    .or(z.literal("unresolved"))
    .optional()
    .describe("unresolved: open or acknowledged"),
  site: storableTextSchema.max(4096).optional().describe("id, name or URL of the site"),
  tag: storableTextSchema.max(100).optional().describe("the site has this tag"),
  severity: severitySchema.optional(),
  from: instantSchema.optional().describe("not over before this instant"),
  to: instantSchema.optional().describe("began before this instant"),
});
export type IncidentListQuery = z.input<typeof incidentListQuerySchema>;

export const incidentSchema = z
  .object({
    id: z.uuid(),
    site: z.object({ id: z.uuid(), name: z.string().nullable(), url: z.string(), tags: z.array(z.string()) }),
    kind: incidentKindSchema,
    severity: severitySchema,
    state: incidentStateSchema,
    sinceAt: instantSchema.describe("the first failed slot"),
    openedAt: instantSchema.describe("the slot that confirmed the incident"),
    flapping: z.boolean(),
    cause: z.object({ code: z.string(), message: z.string() }).nullable(),
    statusCode: z.int().nullable(),
    acknowledgedAt: instantSchema.nullable(),
    acknowledgedBy: z.string().nullable(),
    goodSinceAt: instantSchema.nullable().describe("the first good slot"),
    resolvedAt: instantSchema.nullable(),
    resolvedBy: z.string().nullable().describe("null when check results resolved it"),
    parentId: z.uuid().nullable().describe("the incident behind it, of a site that this one depends on"),
  })
  .describe("An incident");
export type Incident = z.infer<typeof incidentSchema>;

/** Newest first. */
export const incidentListSchema = pageOf(incidentSchema);
export type IncidentList = z.infer<typeof incidentListSchema>;

const seen = checkResultSchema.shape;

const locationViewSchema = z.object({
  location: seen.location,
  outcome: outcomeSchema,
  statusCode: seen.statusCode,
  responseTimeMs: seen.responseTimeMs,
  timings: seen.timings,
  error: seen.error,
  remoteAddress: seen.remoteAddress,
  attempts: seen.attempts,
  certificateExpiresAt: seen.certificateExpiresAt,
  failedExpectations: seen.failedExpectations.unwrap().unwrap(),
  failedAttempts: seen.failedAttempts.unwrap().unwrap(),
});

export const incidentEvidenceSchema = z.object({
  slot: z.string().describe("the slot in which it was seen"),
  locations: z.array(locationViewSchema),
  response: responseEvidenceSchema
    .extend({ location: z.string() })
    .nullable()
    .describe("as one location got it; without secrets"),
  certificateChain: seen.certificateChain.unwrap().unwrap(),
});
export type IncidentEvidence = z.infer<typeof incidentEvidenceSchema>;

const timelineEntrySchema = z.object({
  position: z.int(),
  step: incidentEventSchema.shape.step,
  at: instantSchema,
  by: z.string().nullable().describe("null when check results caused the step"),
  note: z.string().nullable(),
  outcomes: z.record(z.string(), outcomeSchema).nullable().describe("by location"),
  evidence: incidentEvidenceSchema.nullable(),
});
export type TimelineEntry = z.infer<typeof timelineEntrySchema>;

/** Size of a post-mortem, characters. */
const LONGEST_POST_MORTEM = 100_000;

export const postMortemSchema = z.object({
  text: z.string().describe("Markdown; not HTML: show it escaped or rendered safely"),
  revision: z.int().positive(),
  writtenBy: z.string(),
  writtenAt: instantSchema,
});
export type PostMortem = z.infer<typeof postMortemSchema>;

export const postMortemRequestSchema = z.strictObject({
  text: storableTextSchema.max(LONGEST_POST_MORTEM).describe("Markdown"),
});

export const incidentDetailSchema = z.object({
  incident: incidentSchema,
  timeline: z.array(timelineEntrySchema).describe("oldest first"),
  evidence: incidentEvidenceSchema.nullable().describe("of the opening"),
  changes: z
    .array(z.object({ what: z.string(), before: z.string().nullable(), after: z.string().nullable() }))
    .describe("what differed between the failure and the recovery"),
  related: z.array(incidentSchema).describe("the incident behind it, and those that it caused"),
  postMortem: postMortemSchema
    .nullable()
    .describe('its revision is the ETag of PUT …/post-mortem; `"0"` before the first'),
});
export type IncidentDetail = z.infer<typeof incidentDetailSchema>;

export const incidentNoteSchema = z.strictObject({
  note: storableTextSchema.min(1).max(10_000).nullable().default(null),
});
export type IncidentNote = z.input<typeof incidentNoteSchema>;
