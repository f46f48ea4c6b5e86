/**
 * A year as a calendar. The colour of a day is its uptime, the height of the fill its coverage: what was not observed
 * stays hatched.
 */
import { useQuery } from "@tanstack/react-query";
import { ChevronLeft, ChevronRight } from "lucide-react";
import { useState } from "react";
import { IconButton } from "../design/button.tsx";
import { classNames } from "../design/class-names.ts";
import { useNow } from "../design/clock.ts";
import { Failure, Section } from "../design/page.tsx";
import { useFormat, useLocale, useWords } from "../words/words.tsx";
import {
  type CalendarDay,
  calendarMonths,
  type DayLevel,
  dayLevel,
  type Month,
  type MonthDay,
} from "./calendar-months.ts";
import { calendarQuery } from "./queries.ts";

const fills: Readonly<Record<DayLevel, string>> = {
  full: "bg-up-fill",
  high: "bg-up-fill/60",
  low: "bg-degraded-fill",
  bad: "bg-down-fill",
  gap: "",
  "not due": "",
  future: "",
};

interface YearCalendarProps {
  readonly siteId: string;
  /** Called with a UTC day, `2026-11-25`. */
  readonly onDay: (date: string) => void;
}

export function YearCalendar({ siteId, onDay }: YearCalendarProps) {
  const words = useWords();
  const thisYear = new Date(useNow(60)).getUTCFullYear();
  const [year, setYear] = useState(thisYear);
  const calendar = useQuery(calendarQuery(siteId, year));
  return (
    <Section
      title={words.site.calendar.title(year)}
      actions={
        <div className="flex items-center gap-3">
          <CalendarKey />
          <div className="flex">
            <IconButton label={words.site.calendar.previous} onClick={() => setYear(year - 1)}>
              <ChevronLeft size={16} aria-hidden />
            </IconButton>
            <IconButton
              label={words.site.calendar.next}
              disabled={year >= thisYear}
              onClick={() => setYear(year + 1)}
            >
              <ChevronRight size={16} aria-hidden />
            </IconButton>
          </div>
        </div>
      }
    >
      {calendar.error ? (
        <Failure error={calendar.error} onRetry={() => void calendar.refetch()} />
      ) : calendar.data ? (
        <div className="grid grid-cols-3 gap-x-4 gap-y-3 sm:grid-cols-6 lg:grid-cols-12">
          {calendarMonths(calendar.data.year, calendar.data.days).map((month) => (
            <MonthDays key={month.month} year={calendar.data.year} month={month} onDay={onDay} />
          ))}
        </div>
      ) : (
        <div role="status" aria-label={words.page.loading} className="skeleton h-28" />
      )}
    </Section>
  );
}

function MonthDays({
  year,
  month,
  onDay,
}: {
  readonly year: number;
  readonly month: Month;
  readonly onDay: (date: string) => void;
}) {
  const locale = useLocale();
  const name = new Intl.DateTimeFormat(locale, { month: "short", timeZone: "UTC" }).format(
    Date.UTC(year, month.month, 1),
  );
  return (
    <div>
      <h3 className="mb-1 text-2xs text-ink-faint">{name}</h3>
      <div className="grid grid-cols-7 gap-0.5">
        {month.days.map((entry) => (
          <Day key={entry.date} entry={entry} onDay={onDay} />
        ))}
      </div>
    </div>
  );
}

function Day({ entry, onDay }: { readonly entry: MonthDay; readonly onDay: (date: string) => void }) {
  const dayText = useDayText();
  const { date, dayOfMonth, weekday, day } = entry;
  const level = dayLevel(day);
  // Only the first day of a month needs its column; the others follow.
  const column = dayOfMonth === 1 ? { gridColumnStart: weekday + 1 } : {};
  if (day === null || level === "future") {
    return (
      <span className="aspect-square rounded-xs ring-1 ring-line/60 ring-inset" style={column} aria-hidden />
    );
  }
  const label = dayText(day);
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      onClick={() => onDay(date)}
      className={classNames(
        "relative aspect-square overflow-hidden rounded-xs hover:ring-2 hover:ring-ink-faint",
        level === "not due" ? "ring-1 ring-line ring-inset" : "hatched",
      )}
      style={column}
    >
      <span
        className={classNames("absolute inset-x-0 bottom-0", fills[level])}
        style={{ height: `${(day.coverage ?? 0) * 100}%` }}
        aria-hidden
      />
      {day.incidents > 0 ? (
        <span
          className="absolute top-0 right-0 size-1/3 bg-ink [clip-path:polygon(0_0,100%_0,100%_100%)]"
          aria-hidden
        />
      ) : null}
    </button>
  );
}

/** What a day's square says, in words. */
function useDayText(): (day: CalendarDay) => string {
  const words = useWords();
  const format = useFormat();
  return (day) => {
    const level = dayLevel(day);
    const parts = [`${format.utcDay(day.day)} (UTC)`];
    if (level === "not due") parts.push(words.site.notDue);
    else if (level === "gap") parts.push(words.site.calendar.gap);
    if (day.uptime !== null) parts.push(words.site.calendar.up(format.percent(day.uptime, 3)));
    if (day.uptime !== null && day.coverage !== null) {
      parts.push(words.site.observed(format.percent(day.coverage, 1)));
    }
    if (day.incidents > 0) parts.push(words.site.calendar.incidents(day.incidents));
    if (day.p95Ms !== null) parts.push(`p95 ${format.milliseconds(day.p95Ms)}`);
    return parts.join(" · ");
  };
}

function CalendarKey() {
  const words = useWords();
  const entries = [
    ["bg-up-fill", words.site.calendar.key.full],
    ["bg-degraded-fill", words.site.calendar.key.low],
    ["bg-down-fill", words.site.calendar.key.bad],
    ["hatched", words.site.calendar.key.gap],
  ] as const;
  return (
    <ul className="flex gap-3 text-2xs text-ink-faint max-sm:hidden">
      {entries.map(([fill, label]) => (
        <li key={label} className="flex items-center gap-1.5">
          <span className={`size-2.5 rounded-xs ${fill}`} aria-hidden />
          {label}
        </li>
      ))}
    </ul>
  );
}
