/** What incidents need of the world: where people read them and act on them. */
import type { IncidentKind, IncidentStep, Severity } from "../../contract/incident-event.ts";
import type { Outcome } from "./quorum.ts";

/** Instants are milliseconds since the epoch. */
export interface Incident {
  readonly id: string;
  readonly siteId: string;
  readonly siteName: string | null;
  readonly url: string;
  /** The site's. */
  readonly tags: readonly string[];
  readonly kind: IncidentKind;
  readonly severity: Severity;
  readonly state: "open" | "acknowledged" | "resolved";
  /** The first failed slot. */
  readonly sinceMs: number;
  /** The slot that confirmed it. */
  readonly openedAtMs: number;
  readonly flapping: boolean;
  /** Why the first failed check failed. */
  readonly cause: { readonly code: string; readonly message: string } | null;
  readonly statusCode: number | null;
  readonly acknowledgedAtMs: number | null;
  readonly acknowledgedBy: string | null;
  /** The first good slot. */
  readonly goodSinceMs: number | null;
  readonly resolvedAtMs: number | null;
  /** Null where the results resolved it. */
  readonly resolvedBy: string | null;
  /** The incident behind it: of the site without which this one cannot be up. */
  readonly parentId: string | null;
}

export interface TimelineEntry {
  readonly position: number;
  readonly step: IncidentStep;
  /** The slot that decided the step, or when a person took it. */
  readonly atMs: number;
  readonly by: string | null;
  readonly note: string | null;
  /** What each location saw; null for a step that a person took. */
  readonly outcomes: Readonly<Record<string, Outcome>> | null;
}

export interface IncidentFilter {
  /** Open and acknowledged ones only. */
  readonly unresolvedOnly?: boolean | undefined;
  /** Id, name or URL of the site. */
  readonly site?: string | undefined;
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
  /** The incident is in a state in which the step means nothing. */
  | { readonly kind: "not now"; readonly incident: Incident };

/** Every method throws `UnavailableError` while the database cannot serve. */
export interface IncidentStore {
  /** Newest first. */
  list(filter: IncidentFilter): Promise<readonly Incident[]>;
  /** With its timeline, oldest entry first; null where there is none of that id. */
  show(
    incidentId: string,
  ): Promise<{ readonly incident: Incident; readonly timeline: readonly TimelineEntry[] } | null>;
  acknowledge(step: PersonalStep): Promise<StepOutcome>;
  /** Adds a note, whatever the incident's state. */
  note(step: PersonalStep): Promise<StepOutcome>;
  /** Ends the incident now; further failures of the site open another one. */
  resolve(step: PersonalStep): Promise<StepOutcome>;
}
