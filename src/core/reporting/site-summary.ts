/** Computes the summary of a site. Pure. */
import { type SiteState, type SiteSummary, SUMMARY_HOURS } from "../../contract/api/sites/sites.ts";
import { shownUrl } from "../../contract/checks/shown-url.ts";
import { DAY_MS } from "../../contract/duration.ts";
import { countDueSlots, type SchedulePeriod } from "./due-slots.ts";
import type { RecentCounts } from "./recent-counts.ts";
import { shareOf } from "./share.ts";
import type { ListedSite, LocationState, SiteFacts } from "./site-facts.ts";
import { notObservedAfterMs, siteStateOf } from "./site-state.ts";

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
export const SUMMARY_DAYS = 30;

export interface Summarised {
  readonly summary: SiteSummary;
  /** Until then the summary stays the same, unless the facts change. */
  readonly validUntilMs: number;
}

/** Whether the lists show the site: it is watched, or was within the last day. */
export function isListed(site: ListedSite, states: Iterable<LocationState>, nowMs: number): boolean {
  if (site.inSchedule) return true;
  if (site.source === "table") return false;
  if (site.source !== "observed") return site.watchedAtMs !== null && site.watchedAtMs > nowMs - DAY_MS;
  return [...states].some(({ checkedAtMs }) => checkedAtMs > nowMs - DAY_MS);
}

export function summarise(facts: SiteFacts, nowMs: number): Summarised {
  const { site, states, hours, days, schedule, incident } = facts;
  const waitsSinceMs = schedule.at(-1)?.fromMs ?? site.createdAtMs;
  const { enabled, intervalMs } = site;
  const state = siteStateOf({ enabled, intervalMs, waitsSinceMs, lastSeen: states, nowMs });
  const latest = latestOf(states);
  const untilMs = dueUntilMs({ state, latestSlotMs: latestSlotOf(states), waitsSinceMs, nowMs });
  const day = countRecent(site.id, schedule, hours, { periodMs: HOUR_MS, untilMs });
  const month = countRecent(site.id, schedule, days, { periodMs: DAY_MS, untilMs });
  const summary: SiteSummary = {
    id: site.id,
    name: site.name,
    url: shownUrl(site.url),
    tags: [...site.tags],
    source: site.source,
    editable: site.source === "table",
    enabled,
    intervalMs,
    regexp: site.regexp,
    state,
    inMaintenance: false,
    sinceAt: instantOrNull(sinceOf(facts, state, { latest, waitsSinceMs })),
    checkedAt: instantOrNull(latest?.checkedAtMs ?? null),
    statusCode: latest?.statusCode ?? null,
    responseTimeMs: rounded(latest?.responseTimeMs ?? null),
    error:
      states.find(({ verdict, error }) => verdict === state && error !== null)?.error ??
      latest?.error ??
      null,
    day: day.letters,
    p95Ms: rounded(facts.p95Ms),
    p95Hours: day.p95Ms,
    uptimeDay: day.uptime,
    coverageDay: day.coverage,
    uptimeMonth: month.uptime,
    coverageMonth: month.coverage,
    certificateExpiresAt: instantOrNull(earliestExpiryOf(states)),
    incidentId: incident?.id ?? null,
    locations: states.map(({ location }) => location).sort(),
  };
  return { summary, validUntilMs: validUntil(facts, state, { waitsSinceMs, nowMs }) };
}

/** The result that was checked last, at any location. */
function latestOf(states: readonly LocationState[]): LocationState | null {
  return states.reduce<LocationState | null>(
    (latest, state) => (latest === null || state.checkedAtMs > latest.checkedAtMs ? state : latest),
    null,
  );
}

function latestSlotOf(states: readonly LocationState[]): number {
  return Math.max(Number.NEGATIVE_INFINITY, ...states.map(({ slotMs }) => slotMs));
}

/** A slot whose result is still on its way is no gap, so an observed site is judged up to its latest slot. */
function dueUntilMs({
  state,
  latestSlotMs,
  waitsSinceMs,
  nowMs,
}: {
  readonly state: SiteState;
  readonly latestSlotMs: number;
  readonly waitsSinceMs: number;
  readonly nowMs: number;
}): number {
  if (state === "pending") return waitsSinceMs;
  return state === "not observed" || state === "paused" ? nowMs : latestSlotMs + 1;
}

interface RecentFigures {
  readonly letters: string;
  readonly p95Ms: (number | null)[];
  readonly uptime: number | null;
  readonly coverage: number | null;
}

function countRecent(
  siteId: string,
  schedule: readonly SchedulePeriod[],
  counts: RecentCounts,
  { periodMs, untilMs }: { readonly periodMs: number; readonly untilMs: number },
): RecentFigures {
  const periods = periodMs === HOUR_MS ? SUMMARY_HOURS : SUMMARY_DAYS;
  const due = countDueSlots(siteId, schedule, { fromMs: counts.oldestStartMs, periodMs, periods, untilMs });
  let [letters, good, results, observed, expected, index] = ["", 0, 0, 0, 0, 0];
  const p95Ms: (number | null)[] = [];
  for (const period of counts.periods()) {
    const dueNow = due[index] ?? 0;
    index += 1;
    good += period.up + period.degraded;
    results += period.up + period.degraded + period.down;
    expected += dueNow;
    observed += Math.min(dueNow, period.observed);
    letters += letterOf(period, dueNow);
    p95Ms.push(rounded(period.p95Ms));
  }
  return {
    letters,
    p95Ms,
    uptime: shareOf(good, results),
    coverage: shareOf(observed, expected),
  };
}

function letterOf(
  { up, degraded, down }: { readonly up: number; readonly degraded: number; readonly down: number },
  due: number,
): string {
  if (down > 0) return "d";
  if (degraded > 0) return "g";
  if (up > 0) return "u";
  return due > 0 ? "." : "-";
}

function sinceOf(
  { incident, recoveredAtMs, site }: SiteFacts,
  state: SiteState,
  { latest, waitsSinceMs }: { readonly latest: LocationState | null; readonly waitsSinceMs: number },
): number | null {
  switch (state) {
    case "up":
      return Math.max(recoveredAtMs ?? 0, site.createdAtMs);
    case "down":
    case "degraded":
      return incident?.sinceMs ?? latest?.slotMs ?? null;
    case "not observed":
      return latest?.slotMs ?? waitsSinceMs;
    case "paused":
    case "pending":
      return waitsSinceMs;
    default:
      return state satisfies never;
  }
}

function earliestExpiryOf(states: readonly LocationState[]): number | null {
  const expiries = states.flatMap(({ certificateExpiresAtMs }) => certificateExpiresAtMs ?? []);
  return expiries.length === 0 ? null : Math.min(...expiries);
}

/** Time alone changes a summary: an hour begins, or a result is too old to count. */
function validUntil(
  { states, site }: SiteFacts,
  state: SiteState,
  { waitsSinceMs, nowMs }: { readonly waitsSinceMs: number; readonly nowMs: number },
): number {
  const nextHourMs = (Math.floor(nowMs / HOUR_MS) + 1) * HOUR_MS;
  if (state === "not observed") return Math.min(nextHourMs, nowMs + MINUTE_MS);
  if (state === "paused") return nextHourMs;
  const limitMs = notObservedAfterMs(site.intervalMs);
  const ends = [waitsSinceMs, ...states.map(({ slotMs }) => slotMs)].map((instantMs) => instantMs + limitMs);
  return Math.min(nextHourMs, ...ends.filter((endMs) => endMs > nowMs));
}

/** To a tenth of a millisecond, to a whole one from ten on. */
function rounded(valueMs: number | null): number | null {
  if (valueMs === null) return null;
  return valueMs < 10 ? Math.round(valueMs * 10) / 10 : Math.round(valueMs);
}

function instantOrNull(instantMs: number | null): string | null {
  return instantMs === null ? null : new Date(instantMs).toISOString();
}
