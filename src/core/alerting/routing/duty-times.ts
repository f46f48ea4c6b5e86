/** Whether an instant falls on given days and times of day, in a time zone. */
import { weekdays } from "../../../contract/alerting/alert-settings.ts";
import { wallClockOf } from "../../local-time.ts";

type Weekday = (typeof weekdays)[number];

export interface DutyTimes {
  readonly days?: readonly Weekday[] | undefined;
  /** Local time of day, `HH:MM`. */
  readonly from?: string | undefined;
  /** Excluded. When it is not later than `from`, the period ends on the next day. */
  readonly to?: string | undefined;
}

export interface LocalTime {
  readonly day: Weekday;
  /** `HH:MM`. */
  readonly time: string;
}

/** Without days and times, every instant is within. A period that crosses midnight belongs to the day on which it begins. */
export function isWithin({ days, from, to }: DutyTimes, { day, time }: LocalTime): boolean {
  const crossesMidnight = from !== undefined && to !== undefined && to <= from;
  const isAfterMidnight = crossesMidnight && time < to;
  if (days !== undefined && !days.includes(isAfterMidnight ? dayBefore(day) : day)) return false;
  if (crossesMidnight) return time >= from || isAfterMidnight;
  return (from === undefined || time >= from) && (to === undefined || time < to);
}

export function localTimeOf(atMs: number, timeZone: string): LocalTime {
  const wallClock = new Date(wallClockOf(atMs, timeZone));
  // `getUTCDay` returns 0 for Sunday; `weekdays` begins with Monday.
  const day = weekdays[(wallClock.getUTCDay() + weekdays.length - 1) % weekdays.length] ?? "sunday";
  return { day, time: wallClock.toISOString().slice("YYYY-MM-DDT".length, "YYYY-MM-DDTHH:MM".length) };
}

function dayBefore(day: Weekday): Weekday {
  return weekdays[(weekdays.indexOf(day) + weekdays.length - 1) % weekdays.length] ?? day;
}
