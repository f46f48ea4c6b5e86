/** Status pages in `/api/v1`. */
import { z } from "zod";
import { statusPageSchema } from "../../settings/status-page.ts";
import { storableTextSchema } from "../../storable-text.ts";
import { fractionSchema, instantSchema, pageOf } from "../conventions.ts";

export const statusPageParametersSchema = z.strictObject({ slug: z.string().max(63) });

const passwordSchema = storableTextSchema
  .min(1)
  .max(1000)
  .nullable()
  .optional()
  .describe("of the page; left out it stays as it is, null removes it");

export const writtenStatusPageSchema = z.strictObject({
  definition: statusPageSchema,
  password: passwordSchema,
});
export type WrittenStatusPage = z.input<typeof writtenStatusPageSchema>;

export const statusPageResourceSchema = z
  .object({
    slug: z.string(),
    definition: statusPageSchema,
    hasPassword: z.boolean(),
    path: z.string().describe("where this server shows the page, such as `/status/shop`"),
    source: z.enum(["table", "file"]),
    editable: z.boolean(),
    revision: z.int().nonnegative().describe("the ETag, in quotes"),
  })
  .describe("A page that tells the public how its sites are");
export type StatusPageResource = z.infer<typeof statusPageResourceSchema>;

export const statusPageListSchema = pageOf(statusPageResourceSchema);
export type StatusPageList = z.infer<typeof statusPageListSchema>;

const siteStandingSchema = z.enum([
  "operational",
  "degraded",
  "down",
  "maintenance",
  "not observed",
  "pending",
  "paused",
]);

const shownMaintenanceSchema = z.object({
  name: z.string(),
  sites: z.array(z.string()).describe("names on the page; empty when all sites are concerned"),
  from: instantSchema,
  to: instantSchema,
});

/** What the page shows right now, in short. */
export const statusPageOverviewSchema = z
  .object({
    standing: z.enum(["operational", "degraded", "partial outage", "major outage", "maintenance", "unknown"]),
    readAt: instantSchema,
    sites: z.array(
      z.object({
        id: z.uuid(),
        name: z.string().describe("on the page"),
        key: z.string().describe("in the addresses of its badges"),
        group: z.string().nullable(),
        standing: siteStandingSchema,
        uptime: fractionSchema.nullable(),
        coverage: fractionSchema.nullable(),
      }),
    ),
    missing: z.array(z.string()).describe("sites that the definition names and that do not exist"),
    openIncidents: z.array(
      z.object({
        id: z.uuid(),
        noticeId: z.uuid().nullable().describe("null for a detected incident that nobody has written about"),
        title: z.string().nullable(),
        sites: z.array(z.string()),
        since: instantSchema,
      }),
    ),
    activeMaintenance: z.array(shownMaintenanceSchema),
    plannedMaintenance: z.array(shownMaintenanceSchema).describe("within the next 30 days"),
  })
  .describe("What a page shows now, in short");
export type StatusPageOverview = z.infer<typeof statusPageOverviewSchema>;
