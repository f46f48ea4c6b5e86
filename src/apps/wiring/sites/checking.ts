/** Creates the checker that every app uses. */
import type { Checker } from "../../../core/checking/checker.ts";
import type { Prober, ResponseSearcher } from "../../../core/checking/ports.ts";
import { createChecker } from "../../../core/checking/site-checker.ts";
import type { SiteTrace } from "../../../core/checking/trace.ts";
import { Uplink } from "../../../core/checking/uplink.ts";
import { type CheckLimit, createPoliteness } from "../../../core/scheduling/politeness.ts";
import { packageVersion } from "../../../services/configuration/package-version.ts";
import { reachAddress } from "../../../services/network/reach-address.ts";
import { createHttpProber } from "../../../services/probing/http/prober.ts";
import { systemClock } from "../../../services/process/clock.ts";
import { createResponseSearcher } from "../../../services/searching/response-searcher.ts";
import type { CheckResources } from "../../operations/sites/check.ts";
import type { AppContext } from "../invocation.ts";

/** What a server checks with when somebody asks: the same checker as a monitor's. */
export interface ServerChecking {
  readonly checker: Checker;
  /** A checker whose attempts report to a trace. */
  tracing(trace: SiteTrace): Checker;
  readonly prober: Prober;
  readonly searcher: ResponseSearcher;
  readonly limit: CheckLimit;
}

/** The thread that searches responses starts with the first search that needs it. */
export function createServerChecking(context: AppContext): ServerChecking {
  const searcher = createResponseSearcher();
  return {
    checker: appChecker(context, searcher),
    tracing: (trace) => appChecker(context, searcher, trace),
    prober: appProber(context),
    searcher,
    limit: createPoliteness(context.configuration.checks),
  };
}

/** Runs `work` with a checker, then ends the thread that searches responses. */
export async function withAppChecker<T>(
  context: AppContext,
  work: (checker: Checker) => Promise<T>,
  trace?: SiteTrace,
): Promise<T> {
  const searcher = createResponseSearcher();
  try {
    return await work(appChecker(context, searcher, trace));
  } finally {
    await searcher.close();
  }
}

/** Runs `work` with the resources for checking sites once. `trace` receives the events of every attempt. */
export async function withCheckResources<T>(
  context: AppContext,
  work: (resources: CheckResources) => Promise<T>,
  trace?: SiteTrace,
): Promise<T> {
  return await withAppChecker(
    context,
    async (checker) =>
      await work({
        checker,
        limit: createPoliteness(context.configuration.checks),
        clock: systemClock,
        signal: context.invocation.signal,
      }),
    trace,
  );
}

function appChecker(context: AppContext, searcher: ResponseSearcher, trace?: SiteTrace): Checker {
  return createChecker({
    prober: appProber(context, trace),
    searcher,
    clock: systemClock,
    random: Math.random,
    location: context.configuration.location,
    uplink: appUplink(context),
  });
}

function appUplink({ configuration, log }: AppContext): Uplink | undefined {
  const { referenceAddresses: addresses } = configuration.checks;
  if (addresses.length === 0) return undefined;
  return new Uplink({ addresses, reach: reachAddress, clock: systemClock, log });
}

function appProber({ configuration }: AppContext, trace?: SiteTrace): Prober {
  return createHttpProber({
    targetPolicy: new Set(configuration.checks.targets),
    trace,
    userAgent: `Sitewire/${packageVersion()}`,
  });
}
