// The checker as apps use it, on loopback.

import type { Checker } from "../../../src/core/checking/checker.ts";
import { createChecker } from "../../../src/core/checking/site-checker.ts";
import { createHttpProber } from "../../../src/services/probing/http/prober.ts";
import { systemClock } from "../../../src/services/process/clock.ts";
import { createResponseSearcher } from "../../../src/services/searching/response-searcher.ts";

export function aChecker(): Checker {
  return createChecker({
    searcher: createResponseSearcher(),
    prober: createHttpProber({ targetPolicy: new Set(["loopback"]), userAgent: "test" }),
    clock: systemClock,
    random: Math.random,
    location: "local",
  });
}
