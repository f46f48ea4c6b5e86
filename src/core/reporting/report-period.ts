/** The period of a report: whole days of a time zone, as instants. */
import { DAY_MS } from "../../contract/duration.ts";
import { UsageError } from "../../contract/errors.ts";
import { instantOf, wallClockOf } from "../local-time.ts";

/** Local dates such as 2026-10-01, both included. */
interface ReportDates {
  readonly from: string;
  readonly to: string;
}

export interface ReportPeriod extends ReportDates {
  readonly timezone: string;
  /** First instant, milliseconds since the epoch. */
  readonly fromMs: number;
  /** Not included. */
  readonly toMs: number;
}

const LONGEST_MS = 367 * DAY_MS;
const DATE = /^\d{4}-\d\d-\d\d$/;
const MONTH = /^\d{4}-(0[1-9]|1[0-2])$/;

/**
 * A month such as 2026-10, or two dates; the last whole month when nothing is given. Days begin at local midnight, so
 * that one on which clocks change has 23 or 25 hours. Throws `UsageError` naming the wrong field.
 */
export function reportPeriod(
  given: {
    readonly month?: string | undefined;
    readonly from?: string | undefined;
    readonly to?: string | undefined;
  },
  timezone: string,
  nowMs: number,
): ReportPeriod {
  const { from, to } = datesOf(given, timezone, nowMs);
  const fromMs = instantOf(localDay("from", from), timezone);
  const toMs = instantOf(localDay("to", to) + DAY_MS, timezone);
  if (fromMs >= toMs) throw new UsageError(`to is "${to}": must not be before from, ${from}`);
  if (toMs - fromMs > LONGEST_MS)
    throw new UsageError(`to is "${to}": must be within a year of from, ${from}`);
  if (fromMs > nowMs) throw new UsageError(`from is "${from}": must not be in the future`);
  return { from, to, timezone, fromMs, toMs };
}

function datesOf(
  {
    month,
    from,
    to,
  }: {
    readonly month?: string | undefined;
    readonly from?: string | undefined;
    readonly to?: string | undefined;
  },
  timezone: string,
  nowMs: number,
): ReportDates {
  if (month !== undefined && (from !== undefined || to !== undefined)) {
    throw new UsageError("give either a month, or from and to");
  }
  if (from !== undefined && to !== undefined) return { from, to };
  if (from !== undefined || to !== undefined) throw new UsageError("give from and to, or a month");
  if (month === undefined) {
    const today = new Date(wallClockOf(nowMs, timezone));
    return monthDates(today.getUTCFullYear(), today.getUTCMonth() - 1);
  }
  if (!MONTH.test(month)) throw new UsageError(`month is "${month}": must look like 2026-10`);
  return monthDates(Number(month.slice(0, 4)), Number(month.slice(5)) - 1);
}

function monthDates(year: number, month: number): ReportDates {
  return { from: dateOf(Date.UTC(year, month, 1)), to: dateOf(Date.UTC(year, month + 1, 0)) };
}

function localDay(field: string, date: string): number {
  const localMs = DATE.test(date) ? Date.parse(`${date}T00:00Z`) : Number.NaN;
  if (Number.isNaN(localMs) || dateOf(localMs) !== date) {
    throw new UsageError(`${field} is "${date}": must be a date such as 2026-10-01`);
  }
  return localMs;
}

function dateOf(localMs: number): string {
  return new Date(localMs).toISOString().slice(0, 10);
}
