/** Schemas of the section `routes` of `sitewire.yaml`: which channels receive which incidents, and when. */
import { z } from "zod";
import { durationSchema } from "./duration.ts";

const text = z.string().min(1);

/** IANA time zones (RFC 6557) that this machine's ICU supports. */
export const timeZoneSchema = text.refine(isTimeZone, {
  error: 'must be an IANA time zone such as "Europe/Berlin" or "UTC"',
});

const clockTimeSchema = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time of day such as "08:30"');

export const weekdays = [
  "monday",
  "tuesday",
  "wednesday",
  "thursday",
  "friday",
  "saturday",
  "sunday",
] as const;

const matchSchema = z
  .strictObject({
    tag: text.optional().describe("the site has this tag"),
    site: text.optional().describe("the site's name, URL or id"),
    severity: z.enum(["degraded", "down"]).optional().describe("this severity only"),
    days: z.array(z.enum(weekdays)).min(1).optional().describe("on these days of the week"),
    from: clockTimeSchema.optional().describe("from this time of day"),
    to: clockTimeSchema
      .optional()
      .describe("until this time of day; on the next day if it is earlier than `from`"),
    timezone: timeZoneSchema.default("UTC").describe("time zone of days, from and to"),
  })
  .describe("Every condition must match");

const escalationSchema = z.strictObject({
  after: durationSchema.describe("delay after the incident opened, if nobody has acknowledged it"),
  channels: z.array(text).min(1).describe("channels to notify then"),
});

export const routeSchema = z
  .strictObject({
    match: matchSchema.optional().describe("which incidents; all when omitted"),
    channels: z.array(text).min(1).describe("names of the channels to notify"),
    continue: z.boolean().default(false).describe("true evaluates the following routes too"),
    wait: durationSchema
      .prefault("30s")
      .describe("delay before the first message, which lets several incidents share one"),
    repeatEvery: durationSchema
      .optional()
      .describe("interval of reminders while the incident is not acknowledged"),
    escalate: z
      .array(escalationSchema)
      .default([])
      .describe("further channels to notify when nobody acknowledges"),
  })
  .describe("Which channels receive an incident; the first matching route applies");

export type Route = z.infer<typeof routeSchema>;
export type RouteMatch = z.infer<typeof matchSchema>;

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
