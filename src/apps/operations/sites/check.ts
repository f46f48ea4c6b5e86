/** Checks each site once. `publishResults` sends the results directly to Kafka, without a database. */
import type { CheckResult } from "../../../contract/checks/check-result.ts";
import type { Site } from "../../../contract/checks/site.ts";
import { FailureError, UsageError } from "../../../contract/errors.ts";
import { checkResultEvent } from "../../../contract/events/cloud-events.ts";
import type { Checker } from "../../../core/checking/checker.ts";
import type { Clock } from "../../../core/clock.ts";
import type { EventPublisher } from "../../../core/events/ports.ts";
import { UnavailableError } from "../../../core/failures.ts";
import type { CheckLimit } from "../../../core/scheduling/politeness.ts";
import { slotAtOrBefore } from "../../../core/scheduling/slots.ts";
import { siteLabel } from "../../../core/sites/named-sites.ts";
import { prepareSite } from "../../../core/sites/prepare-sites.ts";

export interface CheckResources {
  readonly checker: Checker;
  readonly limit: CheckLimit;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

export interface CheckInput {
  readonly sites: readonly Site[];
  /** The slot of the result: `running` is the current slot of the site's interval; `now` is this instant. */
  readonly slot: "running" | "now";
  /** Called with each result as soon as it is available. */
  readonly onResult?: ((result: CheckResult) => void) | undefined;
}

/** Returns one result per site, in order. Throws `UsageError` before the first check, `FailureError` without a result. */
export async function checkSites(
  { checker, limit, clock, signal }: CheckResources,
  { sites, slot, onResult }: CheckInput,
): Promise<readonly CheckResult[]> {
  if (sites.length === 0) {
    throw new UsageError("no site to check: name one, as in: sitewire check https://example.org/");
  }
  const prepared = sites.map((site) => prepareSite(checker, site));
  const checks = prepared.map(async ({ site, check }) => {
    const nowMs = clock.now();
    const slotMs = slot === "now" ? nowMs : slotAtOrBefore(site, nowMs);
    const result = await limit.run(new URL(site.url).host, () => check.run(slotMs, signal), signal);
    if (result === null) {
      throw new FailureError(
        `${siteLabel(site)}: no result, because this process was paused during the check; run it again`,
      );
    }
    onResult?.(result);
    return result;
  });
  return await Promise.all(checks);
}

/** Resolves when all results are acknowledged. Throws `UnavailableError`, or `FailureError` for a refused result. */
export async function publishResults(
  { publisher, topic }: { readonly publisher: EventPublisher; readonly topic: string },
  results: readonly CheckResult[],
): Promise<void> {
  const outcomes = await publisher.publish(results.map((result) => checkResultEvent(result, topic)));
  const refused = outcomes.find((outcome) => outcome.kind === "refused");
  if (refused?.kind === "refused") {
    throw new FailureError(`the topic refuses a result (${refused.code}): ${refused.reason}`);
  }
  const unknown = outcomes.find((outcome) => outcome.kind === "unknown");
  if (unknown?.kind === "unknown") throw new UnavailableError(unknown.reason);
}
