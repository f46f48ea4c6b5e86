/** Incidents as the API answers them. */
import type { EvidenceChange, IncidentEvidence } from "../../../src/contract/alerting/incident-evidence.ts";

export type IncidentState = "open" | "acknowledged" | "resolved";
export type Severity = "degraded" | "down";
export type Outcome = "up" | "degraded" | "down" | "unobserved";

export interface Incident {
  readonly id: string;
  readonly siteId: string;
  readonly siteName: string | null;
  readonly url: string;
  readonly tags: readonly string[];
  readonly kind: "site" | "not_observed";
  readonly severity: Severity;
  readonly state: IncidentState;
  readonly sinceAt: string;
  readonly openedAt: string;
  readonly flapping: boolean;
  readonly cause: { readonly code: string; readonly message: string } | null;
  readonly statusCode: number | null;
  readonly acknowledgedAt: string | null;
  readonly acknowledgedBy: string | null;
  readonly goodSinceAt: string | null;
  readonly resolvedAt: string | null;
  readonly resolvedBy: string | null;
  readonly parentId: string | null;
}

export interface TimelineEntry {
  readonly position: number;
  readonly step: "opened" | "worsened" | "acknowledged" | "noted" | "resolved";
  readonly at: string;
  readonly by: string | null;
  readonly note: string | null;
  readonly outcomes: Readonly<Record<string, Outcome>> | null;
  readonly evidence: IncidentEvidence | null;
}

export interface IncidentDetail {
  readonly incident: Incident;
  readonly timeline: readonly TimelineEntry[];
  readonly changes: readonly EvidenceChange[];
  readonly related: readonly Incident[];
  readonly postMortem: PostMortem | null;
}

export interface PostMortem {
  /** Markdown. */
  readonly text: string;
  readonly updatedAt: string;
  readonly updatedBy: string | null;
}
