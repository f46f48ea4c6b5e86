/** The result of one diagnostic step of `sitewire doctor`. A step is skipped when an earlier one failed. */
export interface Finding {
  readonly name: string;
  readonly status: "ok" | "failed" | "skipped";
  readonly detail: string;
  /** How the user can fix it; null when there is nothing to fix. */
  readonly fix: string | null;
}

/** The result of one step, without its name. */
export type Outcome = Omit<Finding, "name">;

export function passed(detail: string): Outcome {
  return { status: "ok", detail, fix: null };
}

export function failed(detail: string, fix: string): Outcome {
  return { status: "failed", detail, fix };
}

/** `because` is the reason why the step cannot run. */
export function skipped(because: string): Outcome {
  return { status: "skipped", detail: `not tried: ${because}`, fix: null };
}
