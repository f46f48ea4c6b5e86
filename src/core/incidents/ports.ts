/** Port for the incidents that people read and act on. */

import type { IncidentKind, IncidentStep, Severity } from "../../contract/alerting/incident-event.ts";
import type { EvidenceChange, IncidentEvidence } from "../../contract/alerting/incident-evidence.ts";
import type { Outcome } from "./quorum.ts";

/** Instants are milliseconds since the epoch. */
export interface Incident {
  readonly id: string;
  readonly siteId: string;
  readonly siteName: string | null;
  readonly url: string;
  /** The site's tags. */
  readonly tags: readonly string[];
  readonly kind: IncidentKind;
  readonly severity: Severity;
  readonly state: "open" | "acknowledged" | "resolved";
  /** The first failed slot. */
  readonly sinceMs: number;
  /** The slot that confirmed the incident. */
  readonly openedAtMs: number;
  readonly flapping: boolean;
  /** The error of the first failed check. */
  readonly cause: { readonly code: string; readonly message: string } | null;
  readonly statusCode: number | null;
  readonly acknowledgedAtMs: number | null;
  readonly acknowledgedBy: string | null;
  /** The first good slot; null when a person resolved the incident, or the site is no longer checked. */
  readonly goodSinceMs: number | null;
  readonly resolvedAtMs: number | null;
  /** Null when no person resolved the incident. */
  readonly resolvedBy: string | null;
  /** The incident behind it: of the site without which this one cannot be up. */
  readonly parentId: string | null;
}

export interface TimelineEntry {
  readonly position: number;
  readonly step: IncidentStep;
  /** The slot that caused the step, or the time at which a person took it. */
  readonly atMs: number;
  readonly by: string | null;
  readonly note: string | null;
  /** The outcome at each location; null for a step that a person took. */
  readonly outcomes: Readonly<Record<string, Outcome>> | null;
  /** What was seen; null for a step that a person took. */
  readonly evidence: IncidentEvidence | null;
}

export interface ShownIncident {
  readonly incident: Incident;
  /** Oldest entry first. */
  readonly timeline: readonly TimelineEntry[];
  /** What was different at recovery; empty until then. */
  readonly changes: readonly EvidenceChange[];
  /** The incident behind it, and those that it is behind, oldest first. */
  readonly related: readonly Incident[];
}

export interface IncidentFilter {
  readonly states?: readonly Incident["state"][] | undefined;
  /** Id, name or URL of the site. */
  readonly site?: string | undefined;
  readonly tag?: string | undefined;
  readonly severity?: Severity | undefined;
  /** Not over before this instant, milliseconds since the epoch. */
  readonly fromMs?: number | undefined;
  /** Began before this instant, milliseconds since the epoch. */
  readonly toMs?: number | undefined;
  /** Only of sites with one of these tags; null or omitted for all. */
  readonly visibleTags?: readonly string[] | null | undefined;
  /** The last incident of the page before. */
  readonly after?: { readonly sinceMs: number; readonly id: string } | undefined;
  readonly limit: number;
}

/** A step that a person takes. */
export interface PersonalStep {
  readonly incidentId: string;
  readonly by: string;
  readonly note: string | null;
}

export type StepOutcome =
  | { readonly kind: "done"; readonly incident: Incident }
  | { readonly kind: "unknown incident" }
  /** The incident's state does not allow the step. */
  | { readonly kind: "not now"; readonly incident: Incident };

/** Every method throws `UnavailableError` while the database cannot serve. */
export interface IncidentStore {
  /** Newest first. */
  list(filter: IncidentFilter): Promise<readonly Incident[]>;
  /** Returns null when the id is unknown. */
  show(incidentId: string): Promise<ShownIncident | null>;
  acknowledge(step: PersonalStep): Promise<StepOutcome>;
  /** Adds a note, whatever the incident's state. */
  note(step: PersonalStep): Promise<StepOutcome>;
  /** Resolves the incident now. Further failures of the site open a new one. */
  resolve(step: PersonalStep): Promise<StepOutcome>;
}
