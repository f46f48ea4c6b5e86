/** Planned maintenance: a month of it, and the windows that it comes from. */
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { ChevronLeft, ChevronRight, Play, Plus } from "lucide-react";
import { useMemo, useState } from "react";

import { useRight } from "../../api/session.ts";
import { Button, buttonClass } from "../../design/button.tsx";
import { now } from "../../design/clock.ts";
import { Loaded } from "../../design/loaded.tsx";
import { Section } from "../../design/page.tsx";
import { useMedia, WIDE } from "../../design/use-media.ts";
import { useFormat, useWords } from "../../words/words.tsx";
import { SettingsPage } from "../settings-page.tsx";
import { ownTimeZone } from "../time-zones.ts";
import { Agenda } from "./agenda.tsx";
import { daysAround, firstOf, localText, monthAfter, monthNameOf } from "./month.ts";
import { MonthCalendar } from "./month-calendar.tsx";
import { calendarQuery, maintenanceQuery } from "./queries.ts";
import { type Editing, WindowDialog } from "./window-dialog.tsx";
import { WindowList } from "./window-list.tsx";

const route = getRouteApi("/framed/settings/maintenance");
const hourMs = 3_600_000;

export function MaintenancePage() {
  const words = useWords().settings.maintenance;
  const mayEdit = useRight("edit");
  const { month = monthNameOf(new Date(now())) } = route.useSearch();
  const [editing, setEditing] = useState<Editing | null>(null);
  const windows = useQuery(maintenanceQuery);
  const days = useMemo(() => daysAround(month), [month]);
  const [from, to] = [days[0] ?? firstOf(month), days.at(-1) ?? firstOf(month)];
  const calendar = useQuery(calendarQuery(from, to));
  const isWide = useMedia(WIDE);
  const plan = (start: Date, durationMs: number) =>
    setEditing({
      changed: null,
      from: { name: "", start: localText(start), durationMs, timezone: ownTimeZone() },
    });
  const open = (id: string) => {
    const changed = windows.data?.items.find((each) => each.id === id);
    if (changed !== undefined) setEditing({ changed });
  };
  return (
    <SettingsPage
      title={words.title}
      lead={words.lead}
      right="read"
      actions={
        mayEdit ? (
          <>
            <Button icon={<Play size={13} aria-hidden />} onClick={() => plan(new Date(now()), hourMs)}>
              {words.startNow}
            </Button>
            <Button
              look="primary"
              icon={<Plus size={14} aria-hidden />}
              onClick={() => plan(nextHour(), 2 * hourMs)}
            >
              {words.plan}
            </Button>
          </>
        ) : null
      }
    >
      <MonthHeading month={month} />
      <Loaded reading={calendar} rows={10}>
        {({ items, complete }) => (
          <>
            {isWide ? (
              <MonthCalendar
                days={days}
                month={month}
                occurrences={items}
                onOpen={open}
                onPlan={mayEdit ? (day) => plan(new Date(day.getTime() + 2 * hourMs), 2 * hourMs) : null}
              />
            ) : (
              <Agenda days={days} month={month} occurrences={items} onOpen={open} />
            )}
            {complete ? null : <p className="mt-2 text-sm text-ink-muted">{words.incomplete}</p>}
          </>
        )}
      </Loaded>
      <Section title={words.windows}>
        <Loaded reading={windows} rows={3}>
          {({ items }) => (
            <WindowList windows={items} mayEdit={mayEdit} onEdit={(changed) => setEditing({ changed })} />
          )}
        </Loaded>
      </Section>
      {editing ? <WindowDialog editing={editing} mayEdit={mayEdit} onClose={() => setEditing(null)} /> : null}
    </SettingsPage>
  );
}

function MonthHeading({ month }: { readonly month: string }) {
  const words = useWords().settings.maintenance;
  const format = useFormat();
  return (
    <div className="mb-2 flex items-center gap-1">
      <h2 className="min-w-40 text-base font-semibold">{format.month(firstOf(month))}</h2>
      <Link
        to="/settings/maintenance"
        search={{ month: monthAfter(month, -1) }}
        aria-label={words.previous}
        className={buttonClass("quiet", true)}
      >
        <ChevronLeft size={16} aria-hidden />
      </Link>
      <Link
        to="/settings/maintenance"
        search={{ month: monthAfter(month, 1) }}
        aria-label={words.next}
        className={buttonClass("quiet", true)}
      >
        <ChevronRight size={16} aria-hidden />
      </Link>
      <Link to="/settings/maintenance" className={buttonClass("quiet")}>
        {words.today}
      </Link>
    </div>
  );
}

function nextHour(): Date {
  return new Date(Math.ceil(now() / hourMs) * hourMs);
}
