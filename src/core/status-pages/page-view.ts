/** What a status page shows, without a word of any language: the view that pages, feeds, badges and exports are made of. */
import type { NoticeImpact, NoticeState, StatusPage } from "../../contract/settings/status-page.ts";

export type SiteStanding =
  | "operational"
  | "degraded"
  | "down"
  | "maintenance"
  | "not observed"
  | "pending"
  | "paused";

export type PageStanding =
  | "operational"
  | "degraded"
  | "partial outage"
  | "major outage"
  | "maintenance"
  | "unknown";

/** One UTC day of a site. Instants are milliseconds since the epoch. */
export interface DayView {
  readonly startMs: number;
  /**
   * `short outage`: at most 1 % of the results are down. `maintenance`: every result is in planned maintenance. `gap`: checks were due, and no result is there. `not due`: the
   * site did not exist, or was paused all day.
   */
  readonly standing: "operational" | "degraded" | "short outage" | "down" | "maintenance" | "gap" | "not due";
  /** Share of the results outside planned maintenance that are up or degraded, 0 to 1; null without one. */
  readonly uptime: number | null;
  /** Share of the due slots with a result, 0 to 1; null when none was due. */
  readonly coverage: number | null;
}

export interface SiteView {
  readonly siteId: string;
  /** Unique on the page; part of the addresses of its badges. */
  readonly key: string;
  readonly name: string;
  readonly description: string | null;
  readonly standing: SiteStanding;
  /** Over all days of the page. */
  readonly uptime: number | null;
  readonly coverage: number | null;
  /** Oldest first. */
  readonly days: readonly DayView[];
  /** Median of the last day, milliseconds; null where the page does not show it or there is none. */
  readonly responseTimeMs: number | null;
}

export interface GroupView {
  readonly name: string | null;
  readonly sites: readonly SiteView[];
}

interface UpdateView {
  /** Counts from 1. */
  readonly position: number;
  readonly state: NoticeState;
  readonly text: string;
  readonly atMs: number;
}

/** An incident: written by people, or detected and not written about. */
export interface IncidentView {
  readonly id: string;
  /** Null for a detected one: the page words it from `sites` and `impact`. */
  readonly title: string | null;
  readonly impact: NoticeImpact;
  /** Names on the page. */
  readonly sites: readonly string[];
  readonly siteIds: readonly string[];
  readonly sinceMs: number;
  readonly resolvedAtMs: number | null;
  /** Newest first. */
  readonly updates: readonly UpdateView[];
}

export interface MaintenanceView {
  readonly id: string;
  readonly name: string;
  /** Names on the page; empty when all sites are concerned. */
  readonly sites: readonly string[];
  readonly siteIds: readonly string[];
  readonly recurring: boolean;
  readonly fromMs: number;
  readonly untilMs: number;
}

export interface StatusPageView {
  readonly page: StatusPage;
  /** When the database was read. */
  readonly readAtMs: number;
  readonly standing: PageStanding;
  readonly groups: readonly GroupView[];
  /** What the definition names and nobody knows; for the page's editors, never for its visitors. */
  readonly missing: readonly string[];
  /** Newest first. */
  readonly openIncidents: readonly IncidentView[];
  readonly pastIncidents: readonly IncidentView[];
  /** Earliest first. */
  readonly activeMaintenance: readonly MaintenanceView[];
  readonly plannedMaintenance: readonly MaintenanceView[];
}
