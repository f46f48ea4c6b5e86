/** The slots that were due, from the history of a site's schedule. */
import { phaseOf } from "../scheduling/slots.ts";

/** A period of a site's schedule. Periods of one site do not overlap and are in order of time. */
export interface SchedulePeriod {
  /** Milliseconds since the epoch. */
  readonly fromMs: number;
  /** Null for the current period. */
  readonly toMs: number | null;
  readonly intervalMs: number;
  readonly paused: boolean;
}

/**
 * Counts the due slots of consecutive periods of `periodMs` milliseconds, the first of which starts at `fromMs`. Slots
 * at or after `untilMs` are not counted.
 */
export function countDueSlots(
  siteId: string,
  schedule: readonly SchedulePeriod[],
  range: {
    readonly fromMs: number;
    readonly periodMs: number;
    readonly periods: number;
    readonly untilMs: number;
  },
): readonly number[] {
  const { fromMs, periodMs, periods, untilMs } = range;
  const counts = new Array<number>(periods).fill(0);
  const endMs = Math.min(untilMs, fromMs + periods * periodMs);
  for (const part of dueParts(schedule, fromMs, endMs)) {
    const { first, end, phaseMs } = slotNumbers(siteId, part);
    const { intervalMs } = part;
    const firstPeriod = Math.floor((part.fromMs - fromMs) / periodMs);
    let counted = first;
    for (let period = firstPeriod; period < periods && counted < end; period += 1) {
      const periodEndMs = fromMs + (period + 1) * periodMs;
      const next = Math.min(end, Math.ceil((periodEndMs - phaseMs) / intervalMs));
      counts[period] = (counts[period] ?? 0) + Math.max(0, next - counted);
      counted = Math.max(counted, next);
    }
  }
  return counts;
}

/** Returns the due slots with `fromMs` ≤ slot < `toMs`, ascending, but no more than `most` of the latest ones. */
export function dueSlots(
  siteId: string,
  schedule: readonly SchedulePeriod[],
  { fromMs, toMs, most }: { readonly fromMs: number; readonly toMs: number; readonly most: number },
): readonly number[] {
  const slots: number[] = [];
  for (const part of [...dueParts(schedule, fromMs, toMs)].reverse()) {
    const { first, end, phaseMs } = slotNumbers(siteId, part);
    for (let number = end - 1; number >= first && slots.length < most; number -= 1) {
      slots.push(number * part.intervalMs + phaseMs);
    }
  }
  return slots.reverse();
}

/** A schedule with the slot that was running when a period began: a new site is checked for it at once. */
export function withRunningSlot(schedule: readonly SchedulePeriod[]): readonly SchedulePeriod[] {
  return schedule.map((period) => ({ ...period, fromMs: period.fromMs - period.intervalMs }));
}

/** A slot is due once its interval is over: until then its result may come. */
export function dueUntil(schedule: readonly SchedulePeriod[], nowMs: number): number {
  return nowMs - (schedule.at(-1)?.intervalMs ?? 0);
}

interface DuePart {
  readonly fromMs: number;
  readonly toMs: number;
  readonly intervalMs: number;
}

function* dueParts(schedule: readonly SchedulePeriod[], fromMs: number, toMs: number): Generator<DuePart> {
  for (const period of schedule) {
    if (period.paused) continue;
    const part = {
      fromMs: Math.max(fromMs, period.fromMs),
      toMs: Math.min(toMs, period.toMs ?? Number.POSITIVE_INFINITY),
      intervalMs: period.intervalMs,
    };
    if (part.fromMs < part.toMs) yield part;
  }
}

/** Slot number k is the instant k · interval + phase. */
function slotNumbers(
  siteId: string,
  { fromMs, toMs, intervalMs }: DuePart,
): { readonly first: number; readonly end: number; readonly phaseMs: number } {
  const phaseMs = phaseOf({ id: siteId, intervalMs });
  return {
    first: Math.ceil((fromMs - phaseMs) / intervalMs),
    end: Math.ceil((toMs - phaseMs) / intervalMs),
    phaseMs,
  };
}
