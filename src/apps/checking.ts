/** The checker as every app uses it. */
import type { Checker } from "../core/checking/checker.ts";
import { createChecker } from "../core/checking/site-checker.ts";
import { systemClock } from "../services/clock.ts";
import { packageVersion } from "../services/configuration/package-version.ts";
import { createHttpProber } from "../services/http/prober.ts";
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
