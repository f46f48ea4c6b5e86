/** One thing `sitewire doctor` tried, or could not try because something before it failed. */
export interface Finding {
  readonly name: string;
  readonly status: "ok" | "failed" | "skipped";
  readonly detail: string;
  /** What a person can do about it; null when there is nothing to do. */
  readonly fix: string | null;
}

/** What came of one thing; its name is the caller's. */
export type Outcome = Omit<Finding, "name">;

export function passed(detail: string): Outcome {
  return { status: "ok", detail, fix: null };
}

export function failed(detail: string, fix: string): Outcome {
  return { status: "failed", detail, fix };
}

/** `because` says what stands in the way. */
export function skipped(because: string): Outcome {
  return { status: "skipped", detail: `not tried: ${because}`, fix: null };
}
