/** What the monitor and the command line need of checking: a site made ready once, then checked many times. */
import type { CheckResult } from "../../contract/check-result.ts";
import type { Site } from "../../contract/site.ts";

export interface Checker {
  /**
   * Compiles the site's pattern and expectations, once a site and not once a check.
   * Throws `InvalidSiteError` (field, value, reason) when they can't be.
   */
  prepare(site: Site): PreparedCheck;
}

export interface PreparedCheck {
  /**
   * One check with its retries, for the slot `slotMs` (milliseconds since the epoch). Never rejects for what the
   * site does: that is the result. Null where the slot was not observed, since this process stood still during the
   * check, or since the server had asked to be asked later (429 with Retry-After). Rejects with the signal's reason
   * when aborted.
   */
  run(slotMs: number, signal: AbortSignal): Promise<CheckResult | null>;
}
