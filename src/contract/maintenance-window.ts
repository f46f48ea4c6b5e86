/** A maintenance window: planned work, one-off or recurring, in which nobody is alerted. */
import { RRuleTemporal } from "rrule-temporal";
import { z } from "zod";
import { timeZoneSchema } from "./alert-settings.ts";
import { durationSchema } from "./duration.ts";

const text = z.string().min(1);

export const maintenanceWindowSchema = z
  .strictObject({
    name: text.max(200).describe("what people call it"),
    start: z
      .string()
      .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d$/, 'must be a local time such as "2026-12-06T02:00"')
      .describe("when it begins, or first begins, on the wall clock of its time zone"),
    duration: durationSchema.describe("how long it lasts, such as 1h"),
    timezone: timeZoneSchema.default("UTC").describe("in which start and rrule are meant"),
    rrule: text
      .optional()
      .describe('how it recurs (RFC 5545), such as "FREQ=WEEKLY;BYDAY=SU"; once where it is not given'),
    tags: z.array(text).default([]).describe("for sites with one of these tags"),
    sites: z
      .array(text)
      .default([])
      .describe("for these sites, by name, URL or id; all where neither is given"),
  })
  .superRefine((window, context) => {
    const problem = recurrenceProblem(window);
    if (problem !== null)
      context.addIssue({ code: "custom", path: [problem.field], message: problem.message });
  })
  .describe("Planned work: no alerts, results are still recorded");

export type MaintenanceWindow = z.infer<typeof maintenanceWindowSchema>;

type Recurring = Pick<MaintenanceWindow, "start" | "rrule">;

/** The most occurrences the rule's library may look at for one answer: a rule that never matches ends, too. */
const MAX_ITERATIONS = 10_000;

/**
 * The starts of a window on its wall clock, written as in UTC: so a night in which clocks skip the time of the start has
 * its window too. Throws `Error` for a rule or a start that RFC 5545 does not allow.
 */
export function recurrenceOf({ start, rrule }: Recurring): RRuleTemporal {
  const dtstart = `${start.replaceAll(/[-:]/g, "")}00`;
  return new RRuleTemporal({
    rruleString: `DTSTART:${dtstart}Z\nRRULE:${rrule ?? "FREQ=DAILY;COUNT=1"}`,
    maxIterations: MAX_ITERATIONS,
  });
}

function recurrenceProblem(window: Recurring): { readonly field: string; readonly message: string } | null {
  try {
    recurrenceOf({ ...window, rrule: undefined });
  } catch {
    return { field: "start", message: `"${window.start}" is not a date and time of the calendar` };
  }
  try {
    recurrenceOf(window);
    return null;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { field: "rrule", message: `is not a recurrence rule of RFC 5545: ${reason}` };
  }
}
