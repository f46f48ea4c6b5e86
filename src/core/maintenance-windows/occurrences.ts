/** The occurrences of maintenance windows in a span of time, for calendars. */

import type { MaintenanceWindow } from "../../contract/alerting/maintenance-window.ts";
import { DAY_MS } from "../../contract/duration.ts";
import { instantOf, wallClockOf } from "../local-time.ts";
import { localRecurrenceOf } from "./local-recurrence.ts";

export interface Occurrence<W extends MaintenanceWindow = MaintenanceWindow> {
  readonly window: W;
  /** Milliseconds since the epoch. */
  readonly fromMs: number;
  readonly untilMs: number;
}

export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
  /** Largest number of occurrences of one window: bounds a window that recurs every minute. */
  readonly mostPerWindow: number;
}

/** Returns the occurrences that overlap the span, earliest first. */
export function occurrencesOf<W extends MaintenanceWindow>(
  windows: readonly W[],
  span: Span,
): readonly Occurrence<W>[] {
  return windows
    .flatMap((window) => occurrencesOfWindow(window, span))
    .sort((a, b) => a.fromMs - b.fromMs || a.untilMs - b.untilMs);
}

function occurrencesOfWindow<W extends MaintenanceWindow>(
  window: W,
  { fromMs, toMs, mostPerWindow }: Span,
): readonly Occurrence<W>[] {
  const recurrence = localRecurrenceOf(window);
  const found: Occurrence<W>[] = [];
  // A day on either side: local times are up to 14 hours away from UTC.
  const earliest = wallClockOf(fromMs, window.timezone) - window.duration - DAY_MS;
  let start = recurrence.next(new Date(earliest), true);
  while (start !== null && found.length < mostPerWindow) {
    const startMs = instantOf(start.epochMilliseconds, window.timezone);
    if (startMs >= toMs) break;
    const untilMs = startMs + window.duration;
    if (untilMs > fromMs) found.push({ window, fromMs: startMs, untilMs });
    start = recurrence.next(new Date(start.epochMilliseconds), false);
  }
  return found;
}
