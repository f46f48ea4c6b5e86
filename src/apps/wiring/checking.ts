/** The checker as every app uses it. */
import type { Checker } from "../../core/checking/checker.ts";
import { createChecker } from "../../core/checking/site-checker.ts";
import { createPoliteness } from "../../core/scheduling/politeness.ts";
import { packageVersion } from "../../services/configuration/package-version.ts";
import { createHttpProber } from "../../services/probing/http/prober.ts";
import { systemClock } from "../../services/process/clock.ts";
import type { CheckResources } from "../operations/check.ts";
import type { AppContext } from "./invocation.ts";

export function createAppChecker({ configuration }: AppContext): Checker {
  return createChecker({
    prober: createHttpProber({
      targetPolicy: new Set(configuration.checks.targets),
      userAgent: `Sitewire/${packageVersion()}`,
    }),
    clock: systemClock,
    random: Math.random,
    location: configuration.location,
  });
}

/** What one check of some sites, now, needs. */
export function checkResources(context: AppContext): CheckResources {
  return {
    checker: createAppChecker(context),
    limit: createPoliteness(context.configuration.checks),
    clock: systemClock,
    signal: context.invocation.signal,
  };
}
