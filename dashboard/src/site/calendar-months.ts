/** A year of days laid out as twelve months, each a column of weeks that begin on Monday (ISO 8601). */
import type { Calendar } from "../../../src/contract/api/sites/uptime.ts";

export type CalendarDay = Calendar["days"][number];

export interface MonthDay {
  /** `2026-11-25`, a UTC day. */
  readonly date: string;
  readonly dayOfMonth: number;
  /** 0 is Monday. */
  readonly weekday: number;
  /** Row in the month, from 0. */
  readonly week: number;
  /** Null for a day that is not in the data: it lies in the future. */
  readonly day: CalendarDay | null;
}

export interface Month {
  /** 0 is January. */
  readonly month: number;
  readonly days: readonly MonthDay[];
}

const DAY_MS = 86_400_000;

/** All days of a UTC year by month. */
export function calendarMonths(year: number, days: readonly CalendarDay[]): readonly Month[] {
  const byDate = new Map(days.map((day) => [day.day, day]));
  return Array.from({ length: 12 }, (_, month) => {
    const firstMs = Date.UTC(year, month, 1);
    const length = (Date.UTC(year, month + 1, 1) - firstMs) / DAY_MS;
    const firstWeekday = weekdayOf(firstMs);
    return {
      month,
      days: Array.from({ length }, (_, index) => {
        const date = new Date(firstMs + index * DAY_MS).toISOString().slice(0, 10);
        return {
          date,
          dayOfMonth: index + 1,
          weekday: (firstWeekday + index) % 7,
          week: Math.floor((firstWeekday + index) / 7),
          day: byDate.get(date) ?? null,
        };
      }),
    };
  });
}

function weekdayOf(instantMs: number): number {
  return (new Date(instantMs).getUTCDay() + 6) % 7;
}

export type DayLevel = "full" | "high" | "low" | "bad" | "gap" | "not due" | "future";

/**
 * How a day looks. `full`: every result was good; `high`: at least 99.9 %; `low`: at least 99 %; `bad`: less; `gap`:
 * checks were due and none has a result.
 */
export function dayLevel(day: CalendarDay | null): DayLevel {
  if (day === null) return "future";
  if (day.uptime === null) return day.coverage === null ? "not due" : "gap";
  if (day.uptime === 1) return "full";
  if (day.uptime >= 0.999) return "high";
  return day.uptime >= 0.99 ? "low" : "bad";
}
