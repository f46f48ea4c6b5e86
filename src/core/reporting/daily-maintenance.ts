/** What was counted of sites in planned maintenance, by UTC day. */
import { DAY_MS } from "../../contract/duration.ts";
import { maintenanceTimes, type RecordedWindow } from "../maintenance-windows/recorded-windows.ts";
import type { RangeCounts } from "./range-counts.ts";
import { type Counts, readTotals } from "./range-totals.ts";
import { joinedWithin } from "./time-ranges.ts";

interface CountedSite {
  readonly id: string;
  readonly name: string | null;
  readonly url: string;
  readonly tags: readonly string[];
}

interface CountedDays {
  readonly windows: readonly RecordedWindow[];
  /** Starts of the days, ascending, of which there is at least one. */
  readonly daysMs: readonly number[];
  readonly untilMs: number;
}

/** Returns the counts by site id and start of the day; days without maintenance are omitted. Throws `UnavailableError`. */
export async function readDailyMaintenance(
  rangeCounts: RangeCounts,
  sites: readonly CountedSite[],
  { windows, daysMs, untilMs }: CountedDays,
): Promise<ReadonlyMap<string, ReadonlyMap<number, Counts>>> {
  const [firstMs = untilMs] = daysMs;
  const times = maintenanceTimes(windows, { fromMs: firstMs, toMs: untilMs });
  const selections = sites.flatMap(({ id, name, url, tags }) => {
    const maintenance = times.of({ siteId: id, siteName: name, url, tags });
    return daysMs.flatMap((dayMs) => {
      const ranges = joinedWithin(maintenance, { fromMs: dayMs, toMs: dayMs + DAY_MS });
      return ranges.length === 0 ? [] : [{ siteId: id, dayMs, ranges }];
    });
  });
  const totals = await readTotals(rangeCounts, selections);
  const bySite = new Map<string, Map<number, Counts>>();
  for (const [index, { siteId, dayMs }] of selections.entries()) {
    const total = totals[index];
    if (total === undefined) continue;
    const ofSite = bySite.get(siteId) ?? new Map<number, Counts>();
    bySite.set(siteId, ofSite.set(dayMs, total));
  }
  return bySite;
}
