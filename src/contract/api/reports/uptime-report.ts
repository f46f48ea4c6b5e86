/** The uptime report in `/api/v1`. */
import { z } from "zod";
import { timeZoneSchema } from "../../alerting/alert-settings.ts";
import { objectiveSchema } from "../../settings/objective.ts";
import { fractionSchema, instantSchema, millisecondsSchema, queryListSchema } from "../conventions.ts";

const count = z.int().nonnegative();
const share = fractionSchema.nullable();

export const reportRowsBySchema = z.enum(["site", "tag", "group"]);

export const uptimeReportQuerySchema = z.strictObject({
  month: z
    .string()
    .max(7)
    .optional()
    .describe("such as 2026-10; the last whole month when no period is given"),
  from: z.string().max(10).optional().describe("first day, such as 2026-10-01"),
  to: z.string().max(10).optional().describe("last day, included; at most a year after `from`"),
  timezone: timeZoneSchema.default("UTC").describe("IANA time zone whose days are reported"),
  by: reportRowsBySchema
    .default("site")
    .describe("what a row is: a site, a tag, or a group of a status page"),
  site: queryListSchema.optional().describe("only these sites, by id, name or URL, separated by commas"),
  tag: queryListSchema.optional().describe("only sites with one of these tags, separated by commas"),
  group: queryListSchema
    .optional()
    .describe("only sites of these status pages or groups, as `page` or `page/group`, separated by commas"),
  objective: objectiveSchema
    .optional()
    .describe("uptime to reach, in per cent; those of the configuration when omitted"),
});

export const reportRowSchema = z.object({
  key: z.string().describe("a site's id, a tag, or `page/group`"),
  label: z.string(),
  url: z.string().nullable().describe("of a site"),
  sites: count,
  uptime: share.describe(
    "share of the results outside planned maintenance that are up or degraded; null without one",
  ),
  uptimeWithMaintenance: share.describe("the same of all results"),
  coverage: share.describe("share of the due slots with a result; null when none was due"),
  results: count.describe("all results"),
  resultsInMaintenance: count.describe("those that `uptime` leaves out"),
  maintenanceMs: millisecondsSchema.describe(
    "planned maintenance within the part of the period that has passed",
  ),
  maintenanceNotExcludedMs: millisecondsSchema.describe(
    "planned maintenance that counts like other time, because its results are no longer kept one by one",
  ),
  outages: count.describe("incidents with severity down, outside planned maintenance"),
  downMs: millisecondsSchema.describe("their duration within the period, outside planned maintenance"),
  longestOutageMs: millisecondsSchema,
  meanTimeToRecoveryMs: millisecondsSchema.nullable().describe("mean duration of those that are over"),
  p50Ms: millisecondsSchema
    .nullable()
    .describe("percentiles of the response times outside planned maintenance"),
  p95Ms: millisecondsSchema.nullable(),
  p99Ms: millisecondsSchema.nullable(),
  objective: share,
  isMet: z.boolean().nullable().describe("whether `uptime` reaches the objective"),
  budgetMs: millisecondsSchema
    .nullable()
    .describe("error budget: how long the objective allows to be down in the whole period"),
  budgetBurntMs: millisecondsSchema.nullable().describe("(1 - uptime) of the time that has passed"),
  budgetLeft: z
    .number()
    .nullable()
    .describe(
      "share of the error budget that is left; below 0 it is overspent; null for an objective of 100 %",
    ),
});
export type ReportRow = z.infer<typeof reportRowSchema>;

export const uptimeReportSchema = z.object({
  from: z.iso.date(),
  to: z.iso.date().describe("the last day, included"),
  timezone: z.string(),
  fromAt: instantSchema,
  toAt: instantSchema.describe("end of the last day"),
  untilAt: instantSchema.describe("until when results are counted: now, while the period lasts"),
  by: reportRowsBySchema,
  total: reportRowSchema,
  items: z.array(reportRowSchema),
});
export type UptimeReport = z.infer<typeof uptimeReportSchema>;
