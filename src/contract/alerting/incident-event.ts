/**
 * The message on `sitewire.incidents`: one step of an incident, version 1. Its key is the site's id, which keeps a site's
 * steps in order. New versions only add optional fields.
 */
import { z } from "zod";
import type { Event } from "../events/event.ts";

const INCIDENT_TYPE = "dev.sitewire.incident.v1";
export const INCIDENT_SCHEMA_URN = "urn:sitewire:schema:incident:v1";

const instantSchema = z.iso.datetime({ precision: 3 });

const incidentSteps = ["opened", "worsened", "acknowledged", "noted", "resolved"] as const;

export const severitySchema = z.enum(["degraded", "down"]);
export const incidentKinds = [
  "site",
  "not_observed",
  "pipeline",
  "location",
  "certificate",
  "domain",
] as const;
export const incidentKindSchema = z
  .enum(incidentKinds)
  .describe(
    "site: its checks failed; not_observed: no monitor checked it; pipeline: no results are recorded; location: what one location sees says nothing about the sites; certificate: one of its chain expires; domain: its registration expires",
  );
export type IncidentKind = z.infer<typeof incidentKindSchema>;

export type Severity = z.infer<typeof severitySchema>;

export const incidentEventSchema = z
  .object({
    incidentId: z
      .uuid()
      .describe("derived from the site and the first failed slot; a replay gives the same id"),
    kind: incidentKindSchema,
    step: z.enum(incidentSteps),
    siteId: z.uuid(),
    siteName: z.string().nullable(),
    url: z.string(),
    tags: z.array(z.string()).describe("the site's tags when the step was recorded"),
    severity: severitySchema,
    since: instantSchema.describe("the first failed slot"),
    at: instantSchema.describe("the slot that caused the step, or the time at which a person took it"),
    goodSince: instantSchema.nullable().describe("the first good slot; null until the incident is resolved"),
    flapping: z.boolean().describe("true when the site opened too many incidents within an hour"),
    cause: z
      .object({ code: z.string(), message: z.string() })
      .nullable()
      .describe("the error of the first failed check"),
    statusCode: z.int().nullable(),
    locations: z
      .array(z.object({ location: z.string(), outcome: z.enum(["up", "degraded", "down", "unobserved"]) }))
      .describe("the outcome at each location in the slot that caused the step"),
    by: z.string().nullable().describe("who took the step; null when check results caused it"),
    note: z.string().nullable(),
    parentId: z.uuid().nullish().describe("the incident behind this one, when the step was recorded"),
  })
  .describe("One step of an incident");

export type IncidentEvent = z.infer<typeof incidentEventSchema>;
export type IncidentStep = IncidentEvent["step"];

const encoder = new TextEncoder();

/** Creates the event of a step, as CloudEvents 1.0 in binary mode. `position` counts the steps of one incident. */
export function incidentEvent(step: IncidentEvent, position: number, topic: string): Event {
  return {
    topic,
    key: step.siteId,
    headers: {
      ce_specversion: "1.0",
      ce_type: INCIDENT_TYPE,
      ce_source: "/sitewire/consumer",
      ce_id: `${step.incidentId}/${position}`,
      ce_time: step.at,
      ce_subject: step.siteId,
      ce_dataschema: INCIDENT_SCHEMA_URN,
      ce_partitionkey: step.siteId,
      "content-type": "application/json",
    },
    value: encoder.encode(JSON.stringify(step)),
  };
}
