/** What was seen when an incident began, worsened and ended. Kept with the step; instants are ISO 8601 in UTC. */
import type { CheckResult } from "../checks/check-result.ts";
import type { ResponseEvidence } from "../checks/response-evidence.ts";

type Seen = Pick<
  CheckResult,
  | "location"
  | "statusCode"
  | "responseTimeMs"
  | "timings"
  | "error"
  | "remoteAddress"
  | "attempts"
  | "certificateExpiresAt"
>;

/** What one location saw in a slot. */
export interface LocationView extends Seen {
  readonly outcome: "up" | "degraded" | "down" | "unobserved";
  readonly failedExpectations: NonNullable<CheckResult["failedExpectations"]>;
  readonly failedAttempts: NonNullable<CheckResult["failedAttempts"]>;
}

/** Kept with a step of an incident. */
export interface IncidentEvidence {
  /** The slot in which it was seen: of an opening the first failed slot, of a recovery the first good one. */
  readonly slot: string;
  /** In the order of the locations' names. */
  readonly locations: readonly LocationView[];
  /** The response as one location got it; null where none was recorded. */
  readonly response: (ResponseEvidence & { readonly location: string }) | null;
  /** The server's certificate first; empty without TLS, or where no result of the slot has it. */
  readonly certificateChain: NonNullable<CheckResult["certificateChain"]>;
}

/** One difference between the failure and the recovery. */
export interface EvidenceChange {
  /** For example `status code`, `address`, `certificate`, `header server`. */
  readonly what: string;
  readonly before: string | null;
  readonly after: string | null;
}
