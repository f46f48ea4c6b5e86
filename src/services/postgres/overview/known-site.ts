/** What the overview knows of one site, and its summary while that stays as it is. */

import { SUMMARY_HOURS } from "../../../contract/api/sites/sites.ts";
import { DAY_MS } from "../../../contract/duration.ts";
import type { SchedulePeriod } from "../../../core/reporting/due-slots.ts";
import { RecentCounts } from "../../../core/reporting/recent-counts.ts";
import type { ListedSite, LocationState, SiteFacts } from "../../../core/reporting/site-facts.ts";
import { isListed, SUMMARY_DAYS, type Summarised, summarise } from "../../../core/reporting/site-summary.ts";
import { forEachPackedRow } from "../reports/packed-counts.ts";

export const HOUR_MS = 3_600_000;

export class KnownSite {
  #site: ListedSite;
  readonly #states = new Map<string, LocationState>();
  readonly #hours: RecentCounts;
  readonly #days: RecentCounts;
  #schedule: readonly SchedulePeriod[] = [];
  #p95Ms: number | null = null;
  #incident: SiteFacts["incident"] = null;
  #recoveredAtMs: number | null = null;
  #summarised: Summarised | null = null;

  constructor(site: ListedSite, nowMs: number) {
    this.#site = site;
    this.#hours = new RecentCounts({ periodMs: HOUR_MS, length: SUMMARY_HOURS }, nowMs);
    this.#days = new RecentCounts({ periodMs: DAY_MS, length: SUMMARY_DAYS }, nowMs);
  }

  get site(): ListedSite {
    return this.#site;
  }

  get incidentId(): string | null {
    return this.#incident?.id ?? null;
  }

  describe(site: ListedSite): void {
    this.#site = site;
    this.#summarised = null;
  }

  setSchedule(schedule: readonly SchedulePeriod[]): void {
    this.#schedule = schedule;
    this.#summarised = null;
  }

  setState(state: LocationState): void {
    this.#states.set(state.location, state);
    this.#summarised = null;
  }

  setIncident(incident: SiteFacts["incident"]): void {
    if (incident?.id === this.#incident?.id) return;
    this.#incident = incident;
    this.#summarised = null;
  }

  setRecoveredAt(recoveredAtMs: number): void {
    if (recoveredAtMs === this.#recoveredAtMs) return;
    this.#recoveredAtMs = recoveredAtMs;
    this.#summarised = null;
  }

  setP95(p95Ms: number | null): void {
    this.#p95Ms = p95Ms;
    this.#summarised = null;
  }

  /** `packed` has all rows from `fromMs` on. */
  setHours(packed: Uint8Array, fromMs: number, nowMs: number): void {
    this.#replace(this.#hours, packed, fromMs, nowMs);
  }

  /** `packed` has all rows from `fromMs` on. */
  setDays(packed: Uint8Array, fromMs: number, nowMs: number): void {
    this.#replace(this.#days, packed, fromMs, nowMs);
  }

  isListed(nowMs: number): boolean {
    return isListed(this.#site, this.#states.values(), nowMs);
  }

  /** The same object as before where nothing changed. */
  summaryAt(nowMs: number): Summarised {
    if (this.#summarised === null || this.#summarised.validUntilMs <= nowMs) {
      this.#hours.advance(nowMs);
      this.#days.advance(nowMs);
      this.#summarised = summarise(
        {
          site: this.#site,
          states: [...this.#states.values()],
          hours: this.#hours,
          days: this.#days,
          p95Ms: this.#p95Ms,
          schedule: this.#schedule,
          incident: this.#incident,
          recoveredAtMs: this.#recoveredAtMs,
        },
        nowMs,
      );
    }
    return this.#summarised;
  }

  #replace(counts: RecentCounts, packed: Uint8Array, fromMs: number, nowMs: number): void {
    counts.advance(nowMs);
    counts.clearFrom(fromMs);
    forEachPackedRow(packed, (row) => counts.add(row.startMs, row));
    this.#summarised = null;
  }
}
