/** Uptime with coverage of one site in `/api/v1`. */
import { z } from "zod";
import { fractionSchema, instantSchema, millisecondsSchema, queryListSchema } from "../conventions.ts";

export const uptimePeriodSchema = z.enum(["day", "week", "month", "quarter", "year"]);
export type UptimePeriod = z.infer<typeof uptimePeriodSchema>;

export const uptimeQuerySchema = z.strictObject({
  periods: queryListSchema
    .pipe(z.array(uptimePeriodSchema).min(1))
    .default(["day", "week", "month", "quarter", "year"])
    .describe(
      "day: the last 24 hours; week, month, quarter, year: today and the 6, 29, 89, 364 UTC days before",
    ),
});

const counted = {
  uptime: fractionSchema
    .nullable()
    .describe("share of the results outside planned maintenance that are up or degraded; null without one"),
  uptimeWithMaintenance: fractionSchema
    .nullable()
    .describe("the same of all results, also those in planned maintenance"),
  maintenanceMs: millisecondsSchema.describe("duration of planned maintenance within the period"),
  coverage: fractionSchema
    .nullable()
    .describe("share of the due slots with a result; null when none was due"),
  incidents: z.int().nonnegative(),
};

export const uptimeSchema = z.object({
  items: z.array(
    z.object({
      period: uptimePeriodSchema,
      from: instantSchema,
      ...counted,
      downMs: millisecondsSchema.describe(
        "duration of the incidents with severity down within the period, outside planned maintenance",
      ),
      downWithMaintenanceMs: millisecondsSchema.describe("the same, also in planned maintenance"),
      maintenanceNotExcludedMs: millisecondsSchema.describe(
        "planned maintenance that counts like other time, because its results are no longer kept one by one",
      ),
      results: z.int().nonnegative().describe("all results"),
      resultsInMaintenance: z.int().nonnegative().describe("those that `uptime` leaves out"),
      due: z.int().nonnegative(),
    }),
  ),
});
export type Uptime = z.infer<typeof uptimeSchema>;

export const calendarQuerySchema = z.strictObject({
  year: z.coerce.number().int().min(2000).max(9999).optional().describe("UTC year; this one when omitted"),
});

export const calendarSchema = z.object({
  year: z.int(),
  /** Every UTC day of the year up to today. */
  days: z.array(
    z.object({
      day: z.iso.date(),
      ...counted,
      p95Ms: millisecondsSchema.nullable(),
      results: z.int().nonnegative(),
    }),
  ),
});
export type Calendar = z.infer<typeof calendarSchema>;
