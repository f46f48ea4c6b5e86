/** Events of the stream `/api/v1/live` (server-sent events of the HTML standard). */
import { z } from "zod";
import { incidentEventSchema, severitySchema } from "../../alerting/incident-event.ts";
import { instantSchema, millisecondsSchema } from "../conventions.ts";
import { siteStateSchema } from "../sites/sites.ts";

export const liveQuerySchema = z.strictObject({
  lastEventId: z
    .string()
    .max(100)
    .optional()
    .describe("as the header `Last-Event-ID`, for a client that starts where another has ended"),
});

/** Event `hello`, the first one. */
export const liveHelloSchema = z.object({
  at: instantSchema.describe("the server's clock"),
  resumed: z
    .boolean()
    .describe("true: everything since `Last-Event-ID` follows; false: read the lists again"),
});
export type LiveHello = z.infer<typeof liveHelloSchema>;

export const liveSiteSchema = z.object({
  id: z.uuid(),
  state: siteStateSchema,
  checkedAt: instantSchema.nullable(),
  statusCode: z.int().nullable(),
  responseTimeMs: millisecondsSchema.nullable(),
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
  incidentId: z.uuid().nullable(),
});
export type LiveSite = z.infer<typeof liveSiteSchema>;

/** Event `sites`: at most ten a second, whatever the number of results. Each site as it is now. */
export const liveSitesSchema = z.object({ at: instantSchema, sites: z.array(liveSiteSchema) });
export type LiveSites = z.infer<typeof liveSitesSchema>;

export const liveIncidentSchema = z.object({
  id: z.uuid(),
  siteId: z.uuid(),
  step: incidentEventSchema.shape.step.describe("the last one"),
  state: z.enum(["open", "acknowledged", "resolved"]),
  severity: severitySchema,
  sinceAt: instantSchema,
  resolvedAt: instantSchema.nullable(),
});
export type LiveIncident = z.infer<typeof liveIncidentSchema>;

/** Event `incidents`. */
export const liveIncidentsSchema = z.object({ incidents: z.array(liveIncidentSchema) });
export type LiveIncidents = z.infer<typeof liveIncidentsSchema>;

/**
 * Event `definitions`: sites were added, changed or removed, or too much has changed to be named. Read the lists again.
 */
export const liveDefinitionsSchema = z.object({ at: instantSchema });
export type LiveDefinitions = z.infer<typeof liveDefinitionsSchema>;
