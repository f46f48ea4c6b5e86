/**
 * The range of slots that a consumer records. A monitor whose clock is ahead would write results for future slots, and
 * the correct results of those slots would then be ignored as duplicates. Slots older than the retention time would
 * need partitions that maintenance drops immediately.
 */
import type { CheckResult } from "../../contract/checks/check-result.ts";
import { formatDuration } from "../../contract/duration.ts";
import { RefusedError } from "../failures.ts";

export interface SlotWindow {
  /** How far a slot may be ahead of the consumer's clock, milliseconds. */
  readonly aheadMs: number;
  /** How long results are kept, milliseconds. */
  readonly keepMs: number;
}

/**
 * Returns a check of results against the window at `nowMs`. The check throws `RefusedError` with the code
 * `slot_in_future`, `checked_in_future` or `slot_too_old`. It compares instants as text, because all have one format.
 */
export function slotWindowCheck(
  { aheadMs, keepMs }: SlotWindow,
  nowMs: number,
): (result: CheckResult) => void {
  const latest = new Date(nowMs + aheadMs).toISOString();
  const earliest = new Date(Math.max(0, nowMs - keepMs)).toISOString();
  const limit = `more than ${formatDuration(aheadMs)} ahead of the consumer's clock`;
  return ({ slot, checkedAt, location }) => {
    if (slot > latest) {
      const place = `check the clock of the monitor in ${location}`;
      throw new RefusedError("slot_in_future", `slot ${slot} is ${yearOf(slot, nowMs)}${limit}: ${place}`);
    }
    if (checkedAt > latest) {
      throw new RefusedError(
        "checked_in_future",
        `checkedAt ${checkedAt} is ${yearOf(checkedAt, nowMs)}${limit}`,
      );
    }
    if (slot < earliest) {
      const kept = `results are kept for ${formatDuration(keepMs)} (retention.results)`;
      throw new RefusedError(
        "slot_too_old",
        `slot ${slot} is ${yearOf(slot, nowMs)}before retention: ${kept}`,
      );
    }
  };
}

/** The year of an instant, as text; empty for the current year. */
function yearOf(instant: string, nowMs: number): string {
  const year = Number(instant.slice(0, 4));
  return year === new Date(nowMs).getUTCFullYear() ? "" : `in year ${year}, `;
}
