/** A maintenance window: planned work, one-off or recurring, during which nobody is alerted. */
import { RRuleTemporal } from "rrule-temporal";
import { z } from "zod";
import { durationSchema } from "../duration.ts";
import { timeZoneSchema } from "./alert-settings.ts";
import { ruleProblem } from "./recurrence-rule.ts";

const text = z.string().min(1);

export const maintenanceWindowSchema = z
  .strictObject({
    name: text.max(200).describe("name of the window"),
    start: z
      .string()
      .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d$/, 'must be a local time such as "2026-12-06T02:00"')
      .describe("local time of the (first) start, in the window's time zone"),
    duration: durationSchema.describe("duration, such as 1h"),
    timezone: timeZoneSchema.default("UTC").describe("time zone of start and rrule"),
    rrule: text
      .optional()
      .describe('recurrence rule (RFC 5545), such as "FREQ=WEEKLY;BYDAY=SU"; once when omitted'),
    tags: z.array(text).default([]).describe("sites with one of these tags"),
    sites: z
      .array(text)
      .default([])
      .describe("sites, by name, URL or id; all sites when neither tags nor sites are given"),
  })
  .superRefine((window, context) => {
    const problem = recurrenceProblem(window);
    if (problem !== null)
      context.addIssue({ code: "custom", path: [problem.field], message: problem.message });
  })
  .describe("Planned work: no alerts, results are still recorded");

export type MaintenanceWindow = z.infer<typeof maintenanceWindowSchema>;

type Recurring = Pick<MaintenanceWindow, "start" | "rrule">;

/** Largest number of occurrences that the library may examine per query: bounds the time of a rule without matches. */
const MAX_ITERATIONS = 10_000;

/**
 * Returns the starts of a window as local times, represented in UTC. A night in which clocks skip the start time therefore
 * still has its window. UNTIL is taken as a local time too. Throws `Error` for a start that is no date.
 */
export function recurrenceOf({ start, rrule }: Recurring): RRuleTemporal {
  const rule = (rrule ?? "FREQ=DAILY;COUNT=1").replace(/(UNTIL=\d{8}T\d{6})(?!Z)/i, "$1Z");
  const dtstart = `${start.replaceAll(/[-:]/g, "")}00`;
  return new RRuleTemporal({
    rruleString: `DTSTART:${dtstart}Z\nRRULE:${rule}`,
    maxIterations: MAX_ITERATIONS,
  });
}

function recurrenceProblem(window: Recurring): { readonly field: string; readonly message: string } | null {
  try {
    recurrenceOf({ ...window, rrule: undefined });
  } catch {
    return { field: "start", message: `"${window.start}" is not a valid date and time` };
  }
  const problem = window.rrule === undefined ? null : ruleProblem(window.rrule);
  if (problem !== null)
    return { field: "rrule", message: `is not a recurrence rule of RFC 5545: ${problem}` };
  if (occurs(window)) return null;
  return { field: "rrule", message: "names no date after the start: correct the rule or the start" };
}

/** An end in UTC can't be compared with a local start here: whoever writes one means some date before it. */
function occurs({ start, rrule }: Recurring): boolean {
  const endless = rrule?.replace(/;UNTIL=\d{8}T\d{6}Z|UNTIL=\d{8}T\d{6}Z;/i, "");
  try {
    return recurrenceOf({ start, rrule: endless }).next(new Date(`${start}Z`), true) !== null;
  } catch {
    // The library gives up after MAX_ITERATIONS, such as for 30 February.
    return false;
  }
}
