/** A month as a list of its days with maintenance: for phones. */
import { Empty } from "../../design/page.tsx";
import { useFormat, useWords } from "../../words/words.tsx";
import { monthNameOf } from "./month.ts";
import { type Occurrence, onDay } from "./month-calendar.tsx";

export function Agenda({
  days,
  month,
  occurrences,
  onOpen,
}: {
  readonly days: readonly Date[];
  readonly month: string;
  readonly occurrences: readonly Occurrence[];
  readonly onOpen: (id: string) => void;
}) {
  const words = useWords().settings.maintenance;
  const format = useFormat();
  const listed = days.slice(0, -1).flatMap((day, index) => {
    const found = monthNameOf(day) === month ? onDay(occurrences, day, days[index + 1] ?? day) : [];
    return found.length === 0 ? [] : [{ day, found }];
  });
  if (listed.length === 0) return <Empty title={words.noneThisMonth} />;
  return (
    <ol className="divide-y divide-line border-y border-line">
      {listed.map(({ day, found }) => (
        <li key={day.getTime()} className="grid grid-cols-[6rem_minmax(0,1fr)] gap-2 py-2 text-sm">
          <span className="text-ink-muted">{format.weekday(day)}</span>
          <ul className="flex flex-col gap-1">
            {found.map(({ id, name, from, to }) => (
              <li key={`${id} ${from}`}>
                <button
                  type="button"
                  onClick={() => onOpen(id)}
                  className="w-full rounded bg-maintenance-wash px-2 py-1 text-left text-maintenance"
                >
                  <span className="block truncate font-medium">{name}</span>
                  <span className="block text-xs tabular-nums">
                    {format.clock(from)} – {format.clock(to)}
                  </span>
                </button>
              </li>
            ))}
          </ul>
        </li>
      ))}
    </ol>
  );
}
