/** The starts of a window in its own time zone. */
import type { RRuleTemporal } from "rrule-temporal";
import { type MaintenanceWindow, recurrenceOf } from "../../contract/alerting/maintenance-window.ts";
import { wallClockOf } from "../local-time.ts";

const UNTIL_IN_UTC = /UNTIL=(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z/i;

/**
 * As `recurrenceOf`, but with an UNTIL in UTC (RFC 5545, section 3.3.10, asks for it beside a time zone) as the local time
 * at that instant.
 */
export function localRecurrenceOf({ start, rrule, timezone }: MaintenanceWindow): RRuleTemporal {
  const local = rrule?.replace(UNTIL_IN_UTC, (_, ...parts: readonly string[]) => {
    const [year, month, day, hour, minute, second] = parts;
    const untilMs = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
    const wallClock = new Date(wallClockOf(untilMs, timezone)).toISOString();
    return `UNTIL=${wallClock.slice(0, 19).replaceAll(/[-:]/g, "")}`;
  });
  return recurrenceOf({ start, rrule: local });
}
