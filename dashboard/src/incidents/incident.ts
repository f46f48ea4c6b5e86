/** Incidents as the API answers them. */
import type {
  ChainCertificate,
  CheckError,
  FailedExpectation,
  Timings,
} from "../../../src/contract/check-result.ts";

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

export interface LocationView {
  readonly location: string;
  readonly outcome: Outcome;
  readonly statusCode: number | null;
  readonly responseTimeMs: number | null;
  readonly timings: Timings | null;
  readonly error: CheckError | null;
  readonly remoteAddress: string | null;
  readonly attempts: number;
  readonly failedExpectations: readonly FailedExpectation[];
  readonly failedAttempts: readonly CheckError[];
}

export interface IncidentEvidence {
  readonly slot: string;
  readonly locations: readonly LocationView[];
  readonly response: {
    readonly location: string;
    readonly headers: readonly { readonly name: string; readonly value: string }[];
    readonly body: string | null;
    readonly bodyCut: boolean;
    readonly redirects: readonly string[];
  } | null;
  readonly certificateChain: readonly ChainCertificate[];
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
  readonly changes: readonly {
    readonly what: string;
    readonly before: string | null;
    readonly after: string | null;
  }[];
  readonly related: readonly Incident[];
  readonly postMortem: PostMortem | null;
}

export interface PostMortem {
  /** Markdown. */
  readonly text: string;
  readonly updatedAt: string;
  readonly updatedBy: string | null;
}
