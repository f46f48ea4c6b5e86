/** Who is told what, and when: the sections `channels`, `routes` and `maintenance` of `sitewire.yaml`. */
import { z } from "zod";
import { durationSchema } from "./duration.ts";

const text = z.string().min(1);

/** IANA time zones (RFC 6557), as this machine's ICU knows them. */
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
    severity: z.enum(["degraded", "down"]).optional().describe("exactly this severity"),
    days: z.array(z.enum(weekdays)).min(1).optional().describe("on these days of the week"),
    from: clockTimeSchema.optional().describe("from this time of day on"),
    to: clockTimeSchema
      .optional()
      .describe("until this time of day; before `from`, it is that of the next day"),
    timezone: timeZoneSchema.default("UTC").describe("in which days and times are meant"),
  })
  .describe("All that is given must hold");

const escalationSchema = z.strictObject({
  after: durationSchema.describe("so long after the incident opened, while nobody acknowledged it"),
  channels: z.array(text).min(1).describe("who is told then"),
});

export const routeSchema = z
  .strictObject({
    match: matchSchema.optional().describe("which incidents; all where it is not given"),
    channels: z.array(text).min(1).describe("names of channels: the later ones are told as well"),
    continue: z.boolean().default(false).describe("true tries the routes after this one too"),
    wait: durationSchema
      .prefault("30s")
      .describe("how long to gather what opens, so that many become one message"),
    repeatEvery: durationSchema.optional().describe("remind so often while the incident is not acknowledged"),
    escalate: z.array(escalationSchema).default([]).describe("who else is told, when nobody acknowledges"),
  })
  .describe("Who is told of an incident; the first route that matches decides");

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
