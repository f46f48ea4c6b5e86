/**
 * Keeps the summaries of all sites in memory. Each call reads only what changed since the call before, so it returns what
 * the database has now, whichever process wrote it; a change that two servers read costs each of them only that row.
 */

import { DAY_MS } from "../../../contract/duration.ts";
import type { SiteOverview, SummarisedSite } from "../../../core/reporting/site-facts.ts";
import { SUMMARY_DAYS } from "../../../core/reporting/site-summary.ts";
import type { Sql, SqlService } from "../connecting/sql.ts";
import {
  readOpenIncidents,
  readRecoveries,
  readSchedules,
  readSites,
  readSnapshot,
  readStates,
  type ScheduleRow,
  type Snapshot,
} from "./changed-rows.ts";
import { KnownSite } from "./known-site.ts";
import {
  RECENT_DAYS,
  RECENT_HOURS,
  readChangedIds,
  readDailyPercentiles,
  readPackedCounts,
} from "./recent-rollups.ts";
import { oldestStarts, recentStarts, type Starts, startOf } from "./summary-starts.ts";

/** Results of earlier slots than the latest arrive rarely, after an outage; they are looked for this often. */
const LATE_RESULTS_MS = 60_000;

interface Read extends Snapshot {
  readonly atMs: number;
}

export class SqlSiteOverview implements SiteOverview {
  readonly #sql: Sql;
  #known = new Map<string, KnownSite>();
  /** In the order of the list; null when a site was added or changed. */
  #ordered: readonly KnownSite[] | null = null;
  /** What the last call returned, and until when it stays right if nothing changes. */
  #listed: { readonly sites: readonly SummarisedSite[]; readonly validUntilMs: number } | null = null;
  #last: Read | null = null;
  /** The last search for late results, and the sites it found that are not read yet. */
  #late: { readonly horizon: string; readonly atMs: number } | null = null;
  readonly #lateIds = new Set<string>();
  #running: Promise<void> | null = null;
  #waiting: Promise<void> | null = null;

  constructor(service: SqlService) {
    this.#sql = service;
  }

  async sites(nowMs: number): Promise<readonly SummarisedSite[]> {
    await this.#refresh(nowMs);
    if (this.#listed === null || this.#listed.validUntilMs <= nowMs) this.#listed = this.#list(nowMs);
    return this.#listed.sites;
  }

  #list(nowMs: number): { readonly sites: readonly SummarisedSite[]; readonly validUntilMs: number } {
    this.#ordered ??= inOrder([...this.#known.values()]);
    const sites: SummarisedSite[] = [];
    let validUntilMs = nowMs + LATE_RESULTS_MS;
    for (const known of this.#ordered) {
      if (!known.isListed(nowMs)) continue;
      const summarised = known.summaryAt(nowMs);
      validUntilMs = Math.min(validUntilMs, summarised.validUntilMs);
      sites.push({ site: known.site, summary: summarised.summary });
    }
    return { sites, validUntilMs };
  }

  /** Callers share a read that has not begun yet; one that runs may have missed what they wrote before. */
  #refresh(nowMs: number): Promise<void> {
    if (this.#waiting !== null) return this.#waiting;
    if (this.#running === null) return this.#start(nowMs);
    this.#waiting = this.#running
      .catch(() => {})
      .then(() => {
        this.#waiting = null;
        return this.#start(nowMs);
      });
    return this.#waiting;
  }

  #start(nowMs: number): Promise<void> {
    const running = this.#read(nowMs).finally(() => {
      if (this.#running === running) this.#running = null;
    });
    this.#running = running;
    return running;
  }

  async #read(nowMs: number): Promise<void> {
    const snapshot = await readSnapshot(this.#sql);
    const last = this.#last;
    // Another server's transactions are numbered anew. On a new day the percentiles are of other days.
    const isUsable =
      last !== null &&
      BigInt(snapshot.horizon) >= BigInt(last.horizon) &&
      startOf(last.atMs, DAY_MS) === startOf(nowMs, DAY_MS);
    if (isUsable && last.snapshot === snapshot.snapshot && this.#lateIds.size === 0) return;
    this.#listed = null;
    if (!isUsable || !(await this.#readChanges(last, snapshot, nowMs))) {
      await this.#readAll(nowMs);
      this.#late = { horizon: snapshot.horizon, atMs: nowMs };
    }
    this.#last = { ...snapshot, atMs: nowMs };
    this.#findLateResults(snapshot, nowMs);
  }

  async #readAll(nowMs: number): Promise<void> {
    this.#last = null;
    this.#known = new Map();
    await this.#readSites(null, nowMs);
    this.#setSchedules(await readSchedules(this.#sql, null, nowMs - SUMMARY_DAYS * DAY_MS));
    await this.#readStates(null);
    await this.#readIncidents(0);
    await this.#readCounts(null, oldestStarts(nowMs), nowMs);
  }

  /** Returns false when rows were deleted, so that all must be read. */
  async #readChanges(last: Read, { siteCount }: Snapshot, nowMs: number): Promise<boolean> {
    const changed = await this.#readSites(last.horizon, nowMs);
    if (this.#known.size > siteCount) return false;
    if (changed.length > 0) {
      const schedules = await readSchedules(this.#sql, changed, nowMs - SUMMARY_DAYS * DAY_MS);
      for (const siteId of changed) this.#known.get(siteId)?.setSchedule([]);
      this.#setSchedules(schedules);
    }
    const checked = await this.#readStates(last.horizon);
    await this.#readIncidents(last.atMs - DAY_MS);
    await this.#readCounts([...new Set(checked)], recentStarts(last.atMs), nowMs);
    const late = [...this.#lateIds];
    await this.#readCounts(late, oldestStarts(nowMs), nowMs);
    for (const siteId of late) this.#lateIds.delete(siteId);
    return true;
  }

  /** Returns the ids of the sites that were read. */
  async #readSites(horizon: string | null, nowMs: number): Promise<readonly string[]> {
    const sites = await readSites(this.#sql, horizon);
    for (const site of sites) {
      const known = this.#known.get(site.id);
      if (known === undefined) this.#known.set(site.id, new KnownSite(site, nowMs));
      else known.describe(site);
    }
    if (sites.length > 0) this.#ordered = null;
    return sites.map(({ id }) => id);
  }

  #setSchedules(rows: readonly ScheduleRow[]): void {
    for (const [siteId, schedule] of Map.groupBy(rows, (row) => row.siteId)) {
      this.#known.get(siteId)?.setSchedule(schedule);
    }
  }

  /** Returns the ids of the sites that were read. */
  async #readStates(horizon: string | null): Promise<readonly string[]> {
    const states = await readStates(this.#sql, horizon);
    for (const { siteId, errorCode, errorMessage, ...state } of states) {
      const error = errorCode === null ? null : { code: errorCode, message: errorMessage ?? "" };
      this.#known.get(siteId)?.setState({ ...state, error });
    }
    return states.map(({ siteId }) => siteId);
  }

  async #readIncidents(sinceMs: number): Promise<void> {
    const open = new Map((await readOpenIncidents(this.#sql)).map((incident) => [incident.siteId, incident]));
    const closed: string[] = [];
    for (const [siteId, known] of this.#known) {
      const incident = open.get(siteId) ?? null;
      if (known.incidentId !== null && known.incidentId !== incident?.id) closed.push(siteId);
      known.setIncident(incident);
    }
    for (const { siteId, recoveredAtMs } of await readRecoveries(this.#sql, sinceMs, closed)) {
      this.#known.get(siteId)?.setRecoveredAt(recoveredAtMs);
    }
  }

  /** Of these sites; of all sites when `siteIds` is null. */
  async #readCounts(
    siteIds: readonly string[] | null,
    { hoursFromMs, daysFromMs }: Starts,
    nowMs: number,
  ): Promise<void> {
    if (siteIds?.length === 0) return;
    const ofHours = { fromMs: hoursFromMs, siteIds };
    await readPackedCounts(this.#sql, RECENT_HOURS, ofHours, (siteId, packed) =>
      this.#known.get(siteId)?.setHours(packed, hoursFromMs, nowMs),
    );
    const ofDays = { fromMs: daysFromMs, siteIds };
    await readPackedCounts(this.#sql, RECENT_DAYS, ofDays, (siteId, packed) =>
      this.#known.get(siteId)?.setDays(packed, daysFromMs, nowMs),
    );
    const ofTwoDays = { fromMs: startOf(nowMs, DAY_MS) - DAY_MS, siteIds };
    for (const [siteId, p95Ms] of await readDailyPercentiles(this.#sql, ofTwoDays)) {
      this.#known.get(siteId)?.setP95(p95Ms);
    }
  }

  /**
   * A result that is newer than the others of its site changes `site_state` as well. Looks in the background for those of
   * earlier hours and days, which do not; the next call reads what it finds.
   */
  #findLateResults({ horizon }: Snapshot, nowMs: number): void {
    const late = this.#late;
    if (late === null || nowMs - late.atMs < LATE_RESULTS_MS) return;
    this.#late = { horizon, atMs: nowMs };
    const [oldest, recent] = [oldestStarts(nowMs), recentStarts(late.atMs)];
    const hours = { fromMs: oldest.hoursFromMs, beforeMs: recent.hoursFromMs, horizon: late.horizon };
    const days = { fromMs: oldest.daysFromMs, beforeMs: recent.daysFromMs, horizon: late.horizon };
    Promise.all([
      readChangedIds(this.#sql, RECENT_HOURS, hours),
      readChangedIds(this.#sql, RECENT_DAYS, days),
    ]).then(
      (found) => {
        for (const siteId of found.flat()) this.#lateIds.add(siteId);
      },
      () => {
        // Looked for again by the next call.
        this.#late = late;
      },
    );
  }
}

const order = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

function inOrder(sites: readonly KnownSite[]): readonly KnownSite[] {
  return sites
    .map((known) => ({ known, label: known.site.name ?? known.site.url }))
    .sort((a, b) => order.compare(a.label, b.label) || (a.known.site.id < b.known.site.id ? -1 : 1))
    .map(({ known }) => known);
}
