/**
 * Which slots a consumer records. A monitor whose clock is ahead would decide slots that are still to come, and keep
 * the true results of those slots out; slots before retention would need partitions that are dropped at once.
 */
import type { CheckResult } from "../../contract/check-result.ts";
import { formatDuration } from "../../contract/duration.ts";
import { RefusedError } from "../failures.ts";

export interface SlotWindow {
  /** How far a slot may be ahead of the consumer's clock, milliseconds. */
  readonly aheadMs: number;
  /** How long results are kept, milliseconds. */
  readonly keepMs: number;
}

/**
 * A check of results against the window, as it is now. It throws `RefusedError` `slot_in_future`, `checked_in_future`
 * or `slot_too_old`. Instants are compared as text: all have the same form.
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

/** Named where it is not the running one. */
function yearOf(instant: string, nowMs: number): string {
  const year = Number(instant.slice(0, 4));
  return year === new Date(nowMs).getUTCFullYear() ? "" : `in year ${year}, `;
}
