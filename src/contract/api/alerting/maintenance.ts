/** Maintenance windows and their occurrences in `/api/v1`. */
import { z } from "zod";
import { DAY_MS } from "../../duration.ts";
import { storableTextSchema } from "../../storable-text.ts";
import { instantSchema, pageOf, queryFlagSchema } from "../conventions.ts";

const text = storableTextSchema.min(1);

/** Further rules, such as those of RFC 5545, are those of `maintenanceWindowSchema`; a mistake answers 422. */
export const maintenanceDefinitionSchema = z.strictObject({
  name: text.max(200),
  start: text.max(16).describe('local time of the (first) start, such as "2026-12-06T02:00"'),
  durationMs: z
    .int()
    .min(1)
    .max(366 * DAY_MS),
  timezone: text.max(100).default("UTC").describe("IANA time zone of start and rrule"),
  rrule: text.max(1000).nullable().default(null).describe("recurrence rule (RFC 5545); once when null"),
  tags: z.array(text.max(100)).max(100).default([]).describe("sites with one of these tags"),
  sites: z
    .array(text.max(4096))
    .max(1000)
    .default([])
    .describe("sites, by id, name or URL; all sites when neither tags nor sites are given"),
});
export type MaintenanceDefinition = z.input<typeof maintenanceDefinitionSchema>;
/** With its defaults. */
export type CompleteMaintenanceDefinition = z.output<typeof maintenanceDefinitionSchema>;

export const maintenanceSchema = z
  .object({
    id: z.string().describe("UUID; `file:<number>` for a window of sitewire.yaml"),
    name: z.string(),
    start: z.string(),
    durationMs: z.number(),
    timezone: z.string(),
    rrule: z.string().nullable(),
    tags: z.array(z.string()),
    sites: z.array(z.string()),
    source: z.enum(["table", "file"]),
    editable: z.boolean(),
    createdBy: z.string().nullable(),
    revision: z.int().nonnegative().describe("the ETag, in quotes"),
    endedAt: instantSchema
      .nullable()
      .describe("when it was changed or removed; null while the window is in force"),
  })
  .describe("Planned work: no alerts, results are still recorded");
export type Maintenance = z.infer<typeof maintenanceSchema>;

export const maintenanceListQuerySchema = z.strictObject({
  former: queryFlagSchema
    .optional()
    .describe(
      "true lists windows as they were before a change or a removal; reports still exclude their times",
    ),
});

export const maintenanceListSchema = pageOf(maintenanceSchema);
export type MaintenanceList = z.infer<typeof maintenanceListSchema>;

export const maintenanceCalendarQuerySchema = z.strictObject({
  from: instantSchema,
  to: instantSchema.describe("at most 400 days after `from`"),
});

/** Occurrences that touch the period, by start. */
export const maintenanceCalendarSchema = z.object({
  items: z.array(z.object({ id: z.string(), name: z.string(), from: instantSchema, to: instantSchema })),
  complete: z.boolean().describe("false when there are more than 5,000"),
});
export type MaintenanceCalendar = z.infer<typeof maintenanceCalendarSchema>;

/** Number of occurrences in a preview. */
export const PREVIEWED_OCCURRENCES = 5;

export const maintenancePreviewSchema = z.object({
  occurrences: z
    .array(z.object({ from: instantSchema, to: instantSchema }))
    .describe(`the next ${PREVIEWED_OCCURRENCES} within a year, the current one included`),
});
export type MaintenancePreview = z.infer<typeof maintenancePreviewSchema>;
