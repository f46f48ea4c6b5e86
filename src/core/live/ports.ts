/** Port for what has changed in the database since an earlier moment. Every process sees the same changes. */
import type { LiveIncident } from "../../contract/api/pipeline/live.ts";
import type { LastSeen } from "../reporting/site-state.ts";

/** A moment in the database's history, the same for every process. */
export interface LivePosition {
  /** Changes of earlier transactions are known. */
  readonly horizon: string;
  /** Transactions at or after the horizon whose changes are known too. */
  readonly known: readonly string[];
}

export interface LiveChange {
  readonly position: LivePosition;
  /** True when changes since then are not kept any more, or are too many to be named. */
  readonly lost: boolean;
  /** Sites with a new latest result. */
  readonly siteIds: readonly string[];
  /** Incidents with a new step. */
  readonly incidentIds: readonly string[];
}

/** What a live update of a site follows from. */
export interface LiveSiteFacts {
  readonly id: string;
  readonly tags: readonly string[];
  readonly enabled: boolean;
  readonly intervalMs: number;
  readonly createdAtMs: number;
  /** The incident that is not resolved. */
  readonly incidentId: string | null;
  /** The latest result of each location. */
  readonly locations: readonly LiveLocation[];
}

export interface LiveLocation extends LastSeen {
  readonly checkedAtMs: number;
  readonly statusCode: number | null;
  readonly responseTimeMs: number | null;
  readonly error: { readonly code: string; readonly message: string } | null;
}

export interface LiveIncidentFacts {
  readonly incident: LiveIncident;
  /** Of its site. */
  readonly tags: readonly string[];
}

/** Every method throws `UnavailableError` while the database cannot serve. */
export interface LiveChanges {
  /** Now, with nothing known. */
  now(): Promise<LivePosition>;
  since(position: LivePosition): Promise<LiveChange>;
  sites(ids: readonly string[]): Promise<readonly LiveSiteFacts[]>;
  incidents(ids: readonly string[]): Promise<readonly LiveIncidentFacts[]>;
  /** A digest of what defines the sites: it changes when a site is added, changed or removed. */
  definitions(): Promise<string>;
  /** Calls `listener` when there may be changes, until the signal aborts. Notifications can be missed. */
  onChanged(listener: (what: "changes" | "definitions") => void, signal: AbortSignal): void;
}
