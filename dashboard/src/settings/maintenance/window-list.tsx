/** The windows that the calendar comes from: when, for which sites, and what can be done with them. */
import { useQuery } from "@tanstack/react-query";
import { CalendarClock } from "lucide-react";
import { useState } from "react";
import type { Maintenance } from "../../../../src/contract/api/alerting/maintenance.ts";
import { type SiteTable, sitesQuery, titleOf } from "../../api/site-table.ts";
import { Button } from "../../design/button.tsx";
import { now } from "../../design/clock.ts";
import { ConfirmDialog } from "../../design/dialog.tsx";
import { Empty } from "../../design/page.tsx";
import { announce, announceFailure, announceWithUndo } from "../../design/toast.tsx";
import { useFormat, useWords } from "../../words/words.tsx";
import { Row, Rows } from "../rows.tsx";
import { ownTimeZone } from "../time-zones.ts";
import { localText } from "./month.ts";
import { definitionOf, useRemoveWindow, useSaveWindow } from "./queries.ts";
import { recurrenceText } from "./recurrence-text.ts";

const hourMs = 3_600_000;

export function WindowList({
  windows,
  mayEdit,
  onEdit,
}: {
  readonly windows: readonly Maintenance[];
  readonly mayEdit: boolean;
  readonly onEdit: (window: Maintenance) => void;
}) {
  const words = useWords();
  const text = words.settings.maintenance;
  const [removed, setRemoved] = useState<Maintenance | null>(null);
  const save = useSaveWindow();
  const remove = useRemoveWindow();
  const startNow = (window: Maintenance) =>
    save.mutate(
      {
        changed: null,
        definition: {
          ...definitionOf(window),
          start: localText(new Date(now())),
          timezone: ownTimeZone(),
          durationMs: hourMs,
          rrule: null,
        },
      },
      {
        onSuccess: () => announce(text.started(window.name)),
        onError: (error) => announceFailure(text.notSaved, error.message),
      },
    );
  const removeNow = (window: Maintenance) =>
    remove.mutate(window, {
      onSuccess: () =>
        announceWithUndo(text.removed(window.name), words.actions.undo, () =>
          save.mutate({ changed: null, definition: definitionOf(window) }),
        ),
      onError: (error) => announceFailure(text.notSaved, error.message),
    });
  if (windows.length === 0) {
    return (
      <Empty icon={<CalendarClock size={28} aria-hidden />} title={text.none}>
        {text.noneHint}
      </Empty>
    );
  }
  return (
    <>
      <Rows>
        {windows.map((window) => (
          <Row
            key={window.id}
            title={window.name}
            facts={<WindowFacts window={window} />}
            actions={
              mayEdit ? (
                <>
                  <Button
                    look="quiet"
                    aria-label={text.startNowOf(window.name)}
                    onClick={() => startNow(window)}
                  >
                    {text.startNow}
                  </Button>
                  {window.editable ? (
                    <>
                      <Button
                        look="quiet"
                        aria-label={text.editOf(window.name)}
                        onClick={() => onEdit(window)}
                      >
                        {words.site.edit}
                      </Button>
                      <Button
                        look="quiet"
                        aria-label={text.deleteOf(window.name)}
                        onClick={() => (isGoingOn(window) ? setRemoved(window) : removeNow(window))}
                      >
                        {words.actions.delete}
                      </Button>
                    </>
                  ) : null}
                </>
              ) : null
            }
          />
        ))}
      </Rows>
      <ConfirmDialog
        open={removed !== null}
        onOpenChange={() => setRemoved(null)}
        title={text.removeTitle}
        confirm={words.actions.delete}
        onConfirm={() => removed && removeNow(removed)}
      >
        <p className="text-sm">{text.removeHint}</p>
      </ConfirmDialog>
    </>
  );
}

/** A recurring window may be going on at any time: whether it is, the server knows. */
function isGoingOn({ rrule, start, durationMs }: Maintenance): boolean {
  const startedMs = Date.parse(`${start}Z`);
  const dayMs = 24 * hourMs;
  return rrule !== null || (startedMs - dayMs < now() && startedMs + durationMs + dayMs > now());
}

function WindowFacts({ window }: { readonly window: Maintenance }) {
  const words = useWords();
  const format = useFormat();
  const { data: sites } = useQuery({ ...sitesQuery, enabled: window.sites.length > 0 });
  const text = words.settings.maintenance;
  return [
    window.rrule === null ? text.onceAt(startText(window.start)) : recurrenceText(words, window),
    window.rrule === null ? null : text.at(window.start.slice(11)),
    text.lasts(format.duration(window.durationMs)),
    window.timezone,
    scopeText(window, sites, text),
    window.source === "file" ? text.ofFile : null,
  ]
    .filter((fact) => fact !== null)
    .join(" · ");
}

function startText(start: string): string {
  return start.replace("T", " ");
}

function scopeText(
  { sites, tags }: Maintenance,
  table: SiteTable | undefined,
  text: { readonly allSites: string; readonly more: (count: number) => string },
): string {
  if (sites.length + tags.length === 0) return text.allSites;
  const names = sites.map((id) => {
    const site = table?.byId.get(id);
    return site ? titleOf(site) : id;
  });
  const shown = [...tags, ...names];
  return shown.length > 3
    ? `${shown.slice(0, 3).join(", ")} ${text.more(shown.length - 3)}`
    : shown.join(", ");
}
