/** A recurrence in words. */
import type { Words } from "../../words/en.ts";
import { recurrenceOf } from "./recurrence.ts";

export function recurrenceText(
  words: Words,
  { rrule, start }: { readonly rrule: string | null; readonly start: string },
): string {
  const text = words.settings.maintenance;
  const { frequency, every, weekdays, monthDay, ordinal, weekday, until, count, rule } = recurrenceOf(
    rrule,
    start,
  );
  const dayNames = text.weekdayCodes;
  const ends = until !== null ? text.untilDay(until) : count === null ? "" : text.times(count);
  const withEnd = (what: string): string => (ends === "" ? what : `${what}, ${ends}`);
  switch (frequency) {
    case "once":
      return text.once;
    case "daily":
      return withEnd(text.everyDays(every));
    case "weekly":
      return withEnd(text.everyWeeks(every, weekdays.map((day) => dayNames[day]).join(", ")));
    case "monthly by day":
      return withEnd(text.everyMonthsOnDay(every, monthDay));
    case "monthly by weekday":
      return withEnd(text.everyMonthsOn(every, `${text.ordinals[ordinal]} ${dayNames[weekday]}`));
    case "rule":
      return rule;
    default: {
      const unknown: never = frequency;
      return unknown;
    }
  }
}
