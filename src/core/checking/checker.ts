/** Port of checking for the monitor and the command line: prepare a site once, then check it many times. */
import type { CheckResult } from "../../contract/checks/check-result.ts";
import type { Site } from "../../contract/checks/site.ts";

export interface Checker {
  /**
   * Compiles the site's pattern and expectations once for all checks.
   * Throws `InvalidSiteError` (field, value, reason) when they cannot be compiled.
   */
  prepare(site: Site): PreparedCheck;
}

export interface PreparedCheck {
  /**
   * Runs one check, with its retries, for the slot `slotMs` (milliseconds since the epoch). Failures of the site are
   * part of the result. Returns null when the slot was not observed: this process was paused during the check, or an
   * earlier 429 response with Retry-After asked for no request yet. Rejects only with the signal's reason.
   */
  run(slotMs: number, signal: AbortSignal): Promise<CheckResult | null>;
}
