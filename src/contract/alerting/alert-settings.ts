/** Schemas of the section `routes` of `sitewire.yaml`: which channels receive which incidents, and when. */
import { z } from "zod";
import { durationSchema } from "../duration.ts";
import { incidentKindSchema, severitySchema } from "./incident-event.ts";

const text = z.string().min(1);

/** IANA time zones (RFC 6557) that this machine's ICU supports. */
export const timeZoneSchema = text.refine(isTimeZone, {
  error: 'must be an IANA time zone such as "Europe/Berlin" or "UTC"',
});

export const clockTimeSchema = z
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
    severity: severitySchema.optional().describe("this severity only"),
    kind: incidentKindSchema.optional().describe("this kind of incident only"),
    days: z.array(z.enum(weekdays)).min(1).optional().describe("on these days of the week"),
    from: clockTimeSchema.optional().describe("from this time of day"),
    to: clockTimeSchema
      .optional()
      .describe("until this time of day; on the next day if it is not later than `from`"),
    timezone: timeZoneSchema.default("UTC").describe("time zone of days, from and to"),
  })
  .describe("Every condition must match");

const toldFields = {
  channels: z.array(text).min(1).optional().describe("names of the channels to notify"),
  onCall: z
    .array(text)
    .min(1)
    .optional()
    .describe("names of rotations: notifies who is on call when the message is due"),
};

const escalationSchema = z
  .strictObject({
    after: durationSchema.describe("delay after the incident opened, if nobody has acknowledged it"),
    ...toldFields,
  })
  .refine(({ channels, onCall }) => channels !== undefined || onCall !== undefined, {
    error: "needs channels or onCall",
    path: ["channels"],
  });

/** What incidents of a route have in common to share one message. */
const groupings = ["site", "host", "tags", "severity", "kind", "cause"] as const;

const routeFields = {
  match: matchSchema.optional().describe("which incidents; all when omitted"),
  ...toldFields,
  continue: z.boolean().default(false).describe("true evaluates the following routes too"),
  wait: durationSchema
    .optional()
    .describe("delay before the first message, which lets several incidents share one; default 30s"),
  groupBy: z
    .array(z.enum(groupings))
    .optional()
    .describe("incidents share a message only if they have these in common; default []: any may"),
  repeatEvery: durationSchema
    .optional()
    .describe("interval of reminders while the incident is not acknowledged"),
  escalate: z
    .array(escalationSchema)
    .optional()
    .describe("further channels to notify when nobody acknowledges"),
};
const ownFieldsSchema = z.strictObject(routeFields);

export interface RouteSettings extends z.output<typeof ownFieldsSchema> {
  /** Routes for some of these incidents. */
  routes?: RouteSettings[] | undefined;
}

interface RouteInput extends z.input<typeof ownFieldsSchema> {
  routes?: RouteInput[] | undefined;
}

export const routeSchema: z.ZodType<RouteSettings, RouteInput> = z
  .strictObject({
    ...routeFields,
    routes: z
      .array(z.lazy(() => routeSchema))
      .min(1)
      .optional()
      .describe(
        "routes for some of these incidents, which inherit the settings they do not give; an incident that none of them matches takes this route",
      ),
  })
  .meta({
    id: "route",
    description: "Which channels receive an incident; the first matching route applies",
  });

export type Grouping = (typeof groupings)[number];
export type RouteMatch = z.infer<typeof matchSchema>;

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
