/** A month, a week a row: what takes place on each day, in the viewer's time zone. */
import { Plus } from "lucide-react";
import type { MaintenanceCalendar } from "../../../../src/contract/api/alerting/maintenance.ts";
import { classNames } from "../../design/class-names.ts";
import { now } from "../../design/clock.ts";
import { useFormat, useLocale, useWords } from "../../words/words.tsx";
import { monthNameOf } from "./month.ts";

export type Occurrence = MaintenanceCalendar["items"][number];
const mostShown = 3;

export function MonthCalendar({
  days,
  month,
  occurrences,
  onOpen,
  onPlan,
}: {
  /** Midnights, the one that ends the last week included. */
  readonly days: readonly Date[];
  readonly month: string;
  readonly occurrences: readonly Occurrence[];
  readonly onOpen: (id: string) => void;
  /** Null for those who may only look. */
  readonly onPlan: ((day: Date) => void) | null;
}) {
  const weekday = new Intl.DateTimeFormat(useLocale(), { weekday: "short" });
  const today = new Date(now()).toDateString();
  const weeks = Array.from({ length: (days.length - 1) / 7 }, (_, week) =>
    days.slice(week * 7, week * 7 + 8),
  );
  return (
    <table className="w-full table-fixed border-collapse text-sm">
      <thead>
        <tr>
          {days.slice(0, 7).map((day) => (
            <th key={day.getTime()} scope="col" className="pb-1 text-left text-xs font-medium text-ink-faint">
              {weekday.format(day)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {weeks.map((week) => (
          <tr key={week[0]?.getTime()}>
            {week.slice(0, 7).map((day, index) => (
              <Day
                key={day.getTime()}
                day={day}
                isOutside={monthNameOf(day) !== month}
                isToday={day.toDateString() === today}
                occurrences={onDay(occurrences, day, week[index + 1] ?? day)}
                onOpen={onOpen}
                onPlan={onPlan}
              />
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Day({
  day,
  isOutside,
  isToday,
  occurrences,
  onOpen,
  onPlan,
}: {
  readonly day: Date;
  readonly isOutside: boolean;
  readonly isToday: boolean;
  readonly occurrences: readonly Occurrence[];
  readonly onOpen: (id: string) => void;
  readonly onPlan: ((day: Date) => void) | null;
}) {
  const words = useWords().settings.maintenance;
  const format = useFormat();
  return (
    <td
      className={classNames(
        "group h-24 border border-line p-1 align-top",
        isOutside ? "bg-transparent" : "bg-surface",
      )}
    >
      <div className="flex h-6 items-center justify-between">
        <span
          aria-current={isToday ? "date" : undefined}
          className={classNames(
            "flex size-6 items-center justify-center rounded-full text-xs tabular-nums",
            isToday ? "bg-ink font-semibold text-on-ink" : isOutside ? "text-ink-faint" : "text-ink-muted",
          )}
        >
          {day.getDate()}
        </span>
        {onPlan === null ? null : (
          <button
            type="button"
            tabIndex={-1}
            aria-label={words.planOn(format.day(day))}
            onClick={() => onPlan(day)}
            className="flex size-6 items-center justify-center rounded text-ink-faint opacity-0 group-hover:opacity-100 hover:bg-hover hover:text-ink"
          >
            <Plus size={13} aria-hidden />
          </button>
        )}
      </div>
      <ul className="mt-0.5 flex flex-col gap-0.5">
        {occurrences.slice(0, mostShown).map(({ id, name, from, to }) => (
          <li key={`${id} ${from}`}>
            <button
              type="button"
              title={`${name}\n${format.dateTime(from)} – ${format.dateTime(to)}`}
              onClick={() => onOpen(id)}
              className="flex w-full items-baseline gap-1 truncate rounded bg-maintenance-wash px-1.5 text-left text-xs leading-5 text-maintenance hover:underline"
            >
              <span className="shrink-0 tabular-nums">{new Date(from) < day ? "…" : format.clock(from)}</span>
              <span className="truncate">{name}</span>
            </button>
          </li>
        ))}
      </ul>
      {occurrences.length > mostShown ? (
        <p className="px-1.5 text-xs text-ink-faint">{words.more(occurrences.length - mostShown)}</p>
      ) : null}
    </td>
  );
}

/** Those that touch the day that begins at `day` and ends at `next`. */
export function onDay(occurrences: readonly Occurrence[], day: Date, next: Date): readonly Occurrence[] {
  return occurrences.filter(({ from, to }) => new Date(from) < next && new Date(to) > day);
}
