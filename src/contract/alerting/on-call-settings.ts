/** Schema of the section `onCall` of `sitewire.yaml`: who is on call when. */
import { z } from "zod";
import { clockTimeSchema, timeZoneSchema, weekdays } from "./alert-settings.ts";

const text = z.string().min(1);

const LOCAL_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d$/;
const LOCAL_DATE = /^\d{4}-\d\d-\d\d$/;

const localTimeSchema = z.string().refine((value) => LOCAL_TIME.test(value) && isRealTime(value), {
  error: 'must be a local time such as "2026-12-24T09:00"',
});

const localDateSchema = z.string().refine((value) => LOCAL_DATE.test(value) && isRealTime(`${value}T00:00`), {
  error: 'must be a date such as "2026-12-07"',
});

const layerSchema = z
  .strictObject({
    name: text.max(100).optional().describe("name of the layer"),
    order: z.array(text).min(1).describe("people, in the order in which they take turns"),
    handOver: z.enum(["daily", "weekly"]).default("weekly").describe("how often the next person takes over"),
    at: clockTimeSchema.default("09:00").describe("local time of the hand-over"),
    start: localDateSchema.describe(
      "local date on which the first person takes over; a weekly hand-over is on its day of the week",
    ),
    days: z.array(z.enum(weekdays)).min(1).optional().describe("on duty on these days only"),
    from: clockTimeSchema.optional().describe("on duty from this time of day only"),
    to: clockTimeSchema
      .optional()
      .describe("on duty until this time of day; on the next day if it is not later than `from`"),
  })
  .describe("People who take turns");

const overrideSchema = z
  .strictObject({
    person: text.describe("who is on call instead"),
    from: localTimeSchema.describe("local time of the beginning"),
    to: localTimeSchema.describe("local time of the end"),
  })
  .refine(({ from, to }) => from < to, { error: "must be later than from", path: ["to"] })
  .describe("Replaces whoever would be on call");

export const rotationSchema = z
  .strictObject({
    timezone: timeZoneSchema.default("UTC").describe("time zone of every time in this rotation"),
    people: z
      .record(text.max(100), z.array(text).min(1))
      .describe("the channels that reach each person, by the person's name"),
    layers: z
      .array(layerSchema)
      .min(1)
      .describe("the first layer that is on duty decides; a later one fills the gaps"),
    overrides: z.array(overrideSchema).default([]).describe("exceptions; the first one that applies decides"),
  })
  .superRefine(({ people, layers, overrides }, context) => {
    const refuseUnknown = (person: string, path: readonly (string | number)[]): void => {
      if (Object.hasOwn(people, person)) return;
      const known = Object.keys(people).join(", ");
      context.addIssue({
        code: "custom",
        path: [...path],
        message: `"${person}" is not one of people: ${known}`,
      });
    };
    for (const [layer, { order }] of layers.entries()) {
      for (const [turn, person] of order.entries()) refuseUnknown(person, ["layers", layer, "order", turn]);
    }
    for (const [index, { person }] of overrides.entries()) {
      refuseUnknown(person, ["overrides", index, "person"]);
    }
  })
  .describe("Who is on call when");

export type Rotation = z.infer<typeof rotationSchema>;
export type RotationLayer = z.infer<typeof layerSchema>;

/** False for a date that no calendar has, such as 30 February. */
function isRealTime(localTime: string): boolean {
  const ms = Date.parse(`${localTime}Z`);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(localTime);
}
