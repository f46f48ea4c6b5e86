/** Sites in `/api/v1`: summaries for the list, full definitions, and changes. */
import { z } from "zod";
import { tagsSchema } from "../../alerting/incident-settings.ts";
import { checkOptionsSchema } from "../../checks/check-options.ts";
import { siteSchema } from "../../checks/site.ts";
import { DAY_MS } from "../../duration.ts";
import {
  fractionSchema,
  instantSchema,
  millisecondsSchema,
  pageOf,
  pageQuery,
  queryFlagSchema,
  queryListSchema,
} from "../conventions.ts";

export const siteSourceSchema = z
  .enum(["table", "file", "command line", "environment", "observed"])
  .describe("where the site is defined; `observed`: only its results are known");
export type SiteSource = z.infer<typeof siteSourceSchema>;

export const siteStateSchema = z
  .enum(["up", "degraded", "down", "pending", "paused", "not observed"])
  .describe(
    "what most locations saw last; pending: no result yet; not observed: no result within the last three intervals",
  );
export type SiteState = z.infer<typeof siteStateSchema>;

/** Number of characters of `day` and of entries of `p95Hours`. */
export const SUMMARY_HOURS = 24;

export const siteSummarySchema = z
  .object({
    id: z.uuid(),
    name: z.string().nullable(),
    url: z.string().describe("without credentials"),
    tags: z.array(z.string()),
    source: siteSourceSchema,
    editable: z.boolean().describe("false: change it where it is defined"),
    enabled: z.boolean(),
    intervalMs: millisecondsSchema,
    regexp: z.string().nullable(),
    state: siteStateSchema,
    inMaintenance: z.boolean(),
    sinceAt: instantSchema
      .nullable()
      .describe(
        "since when the state lasts: of the incident, else the end of the last one, else of the schedule",
      ),
    checkedAt: instantSchema.nullable(),
    statusCode: z.int().nullable(),
    responseTimeMs: millisecondsSchema.nullable(),
    error: z.object({ code: z.string(), message: z.string() }).nullable(),
    day: z
      .string()
      .length(SUMMARY_HOURS)
      .describe(
        "one character for each of the last 24 UTC hours, oldest first: u up, g degraded, d down (any), . due and no result, - not due",
      ),
    p95Ms: millisecondsSchema.nullable().describe("95th percentile of yesterday and today (UTC)"),
    p95Hours: z.array(millisecondsSchema.nullable()).length(SUMMARY_HOURS),
    uptimeDay: fractionSchema.nullable().describe("of the hours in `day`; null without a result"),
    coverageDay: fractionSchema
      .nullable()
      .describe("share of the due slots with a result; null when none was due"),
    uptimeMonth: fractionSchema.nullable().describe("of today and the 29 UTC days before"),
    coverageMonth: fractionSchema.nullable(),
    certificateExpiresAt: instantSchema.nullable(),
    incidentId: z.uuid().nullable().describe("the incident that is not resolved"),
    locations: z.array(z.string()),
  })
  .describe("What the list of sites shows of one site");
export type SiteSummary = z.infer<typeof siteSummarySchema>;

export const sortedBySchema = z.enum(["name", "state", "-p95", "uptime", "certificate", "-checkedAt"]);

/** `search` finds text in name, URL and tags; `fields` names the fields of a summary to return. */
export const siteListQuerySchema = z.strictObject({
  search: z.string().max(500).optional(),
  tag: z.string().max(100).optional(),
  state: siteStateSchema.optional(),
  enabled: queryFlagSchema.optional(),
  source: siteSourceSchema.optional(),
  sort: sortedBySchema.default("name"),
  fields: queryListSchema.pipe(z.array(siteSummarySchema.keyof()).min(1)).optional(),
  ...pageQuery(10_000, 1000),
});

export const siteListSchema = pageOf(siteSummarySchema.partial());
/** A page of the list without `fields`. */
export interface SiteList {
  readonly items: readonly SiteSummary[];
  readonly next: string | null;
  readonly total: number;
}

const { url, name, regexp, intervalMs, timeoutMs, enabled, options, tags, incident, dependsOn } =
  siteSchema.shape;

/**
 * A site as people define it; what is omitted has its default. A secret is written `***` in answers; sent back as
 * `***` it stays as it is, unless the site's address changes.
 */
export const siteDefinitionSchema = z
  .strictObject({
    url,
    name: name.optional(),
    regexp: regexp.optional(),
    intervalMs: intervalMs.optional(),
    timeoutMs: timeoutMs.optional(),
    enabled: enabled.optional(),
    options: options.optional(),
    tags: tags.optional(),
    incident: incident.optional(),
    dependsOn: dependsOn.optional(),
  })
  .describe("A site as people define it");
/** Whatever a form holds while a person types: what is wrong with it is the answer. */
export const siteDefinitionDraftSchema = z.record(z.string(), z.unknown());

export type SiteDefinitionInput = z.input<typeof siteDefinitionSchema>;

/** For PATCH: only what changes. `options` replaces all options. */
export const siteChangeSchema = siteDefinitionSchema.partial();
export type SiteChangeInput = z.input<typeof siteChangeSchema>;

/** A complete definition as answers have it: no field is omitted, secrets are `***`. */
export const siteDefinitionShownSchema = z.object({
  url: z.string(),
  name: z.string().nullable(),
  regexp: z.string().nullable(),
  intervalMs: millisecondsSchema,
  timeoutMs: millisecondsSchema,
  enabled: z.boolean(),
  options: checkOptionsSchema.extend({
    ipVersion: z.enum(["auto", "4", "6"]).optional(),
    httpVersion: z.enum(["auto", "1.1", "2"]).optional(),
    expectedStatus: z.string().optional(),
  }),
  tags: z.array(z.string()),
  incident: incident.unwrap().nullable(),
  dependsOn: z.string().nullable(),
});

export const siteDetailSchema = z
  .object({
    id: z.uuid(),
    definition: siteDefinitionShownSchema,
    summary: siteSummarySchema,
    source: siteSourceSchema,
    editable: z.boolean(),
    editWhere: z.string().nullable().describe("where to change a site that is not editable; null when it is"),
    createdAt: instantSchema,
    updatedAt: instantSchema,
    revision: z.int().positive().describe("also the ETag"),
  })
  .describe("A site with its definition and its summary");
export type SiteDetail = z.infer<typeof siteDetailSchema>;

const filterSchema = siteListQuerySchema
  .pick({ search: true, tag: true, state: true, source: true })
  .extend({ enabled: z.boolean().optional() });

export const bulkChangeSchema = z.strictObject({
  enabled: z.boolean().optional(),
  addTags: tagsSchema.optional(),
  removeTags: tagsSchema.optional(),
  intervalMs: z.int().min(1000).max(DAY_MS).optional(),
  delete: z.literal(true).optional(),
});
export type BulkChange = z.infer<typeof bulkChangeSchema>;

export const bulkRequestSchema = z
  .strictObject({
    ids: z.array(z.uuid()).min(1).max(10_000).optional(),
    filter: filterSchema.optional(),
    change: bulkChangeSchema.refine((change) => Object.keys(change).length > 0, {
      error: "must name at least one change",
    }),
  })
  .refine(({ ids, filter }) => (ids === undefined) !== (filter === undefined), {
    error: "give either ids or filter",
  });
export type BulkRequest = z.input<typeof bulkRequestSchema>;

export const bulkAnswerSchema = z.object({
  changed: z.array(z.uuid()),
  skipped: z.array(z.object({ id: z.uuid(), reason: z.string() })),
});
export type BulkAnswer = z.infer<typeof bulkAnswerSchema>;

export const tagListSchema = z.object({
  items: z.array(z.object({ tag: z.string(), sites: z.int().nonnegative() })),
});
export type TagList = z.infer<typeof tagListSchema>;

export const validationAnswerSchema = z.object({
  valid: z.boolean(),
  errors: z.array(z.object({ field: z.string(), message: z.string() })),
});
export type ValidationAnswer = z.infer<typeof validationAnswerSchema>;

export const siteYamlSchema = z.object({ yaml: z.string().describe("an entry of `sites` in sitewire.yaml") });
