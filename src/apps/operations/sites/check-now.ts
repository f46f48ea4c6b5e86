/** Checks a site at once, as a monitor does, and tries a pattern on its page. */
import type { CheckAnswer, PatternAnswer, PhaseEvent } from "../../../contract/api/sites/checks.ts";
import type { Site } from "../../../contract/checks/site.ts";
import { FailureError } from "../../../contract/errors.ts";
import { checkResultEvent } from "../../../contract/events/cloud-events.ts";
import { CheckObserver } from "../../../core/checking/check-observer.ts";
import { tryPattern } from "../../../core/checking/pattern-trial.ts";
import type { Clock } from "../../../core/clock.ts";
import type { Outbox } from "../../../core/relaying/ports.ts";
import { lacksSecrets } from "../../../core/sites/kept-secrets.ts";
import { siteLabel } from "../../../core/sites/named-sites.ts";
import { siteSecrets } from "../../../core/sites/site-secrets.ts";
import type { ServerChecking } from "../../wiring/sites/checking.ts";
import { checkSites } from "./check.ts";

interface Resources {
  readonly checking: ServerChecking;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/**
 * Checks a site and calls `onPhase` as each phase ends. With `publishTo` the result is recorded like that of the running
 * slot. Throws `UsageError` for a site that cannot be checked, `FailureError` without a result.
 */
export async function checkNow(
  { checking, clock, signal }: Resources,
  {
    site,
    onPhase,
    publishTo,
  }: {
    readonly site: Site;
    readonly onPhase: (phase: PhaseEvent) => void;
    readonly publishTo: { readonly outbox: Outbox; readonly topic: string } | null;
  },
): Promise<CheckAnswer> {
  requireSecrets(site);
  const observer = new CheckObserver(clock, siteSecrets(site), onPhase);
  const checker = checking.tracing((_site, event) => observer.trace(event));
  const slot = publishTo === null ? "now" : "running";
  const [result] = await checkSites(
    { checker, limit: checking.limit, clock, signal },
    { sites: [site], slot },
  );
  if (result === undefined) throw new FailureError(`${siteLabel(site)}: no result`);
  if (publishTo !== null) await publishTo.outbox.append([checkResultEvent(result, publishTo.topic)]);
  return { result, evidence: observer.evidence(result), published: publishTo !== null };
}

/** Fetches the site's page and searches it. Throws `UsageError` for an invalid pattern. */
export async function tryPatternNow({ checking, signal }: Resources, site: Site): Promise<PatternAnswer> {
  requireSecrets(site);
  const search = () => tryPattern(checking, site, signal);
  return await checking.limit.run(new URL(site.url).host, search, signal);
}

function requireSecrets(site: Site): void {
  if (!lacksSecrets(site)) return;
  throw new FailureError(
    `${siteLabel(site)} can't be checked here: its secrets are known only where it is defined; run there: sitewire check`,
  );
}
