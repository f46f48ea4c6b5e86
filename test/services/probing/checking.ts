// One check as the apps make it, its result held against the published schema.
import { type CheckResult, checkResultSchema } from "../../../src/contract/checks/check-result.ts";
import { defineSite, type SiteDefinition } from "../../../src/contract/checks/site.ts";
import { createChecker } from "../../../src/core/checking/site-checker.ts";
import { createHttpProber, type HttpProberOptions } from "../../../src/services/probing/http/prober.ts";
import { systemClock } from "../../../src/services/process/clock.ts";
import { createResponseSearcher } from "../../../src/services/searching/response-searcher.ts";

/** Long enough for a busy machine; what is to time out says so itself. */
const PATIENT_MS = 15_000;

/** Checks a site once, without retries unless the site asks for them. */
export async function check(
  { options, ...site }: SiteDefinition,
  prober: HttpProberOptions = {},
  signal: AbortSignal = new AbortController().signal,
): Promise<CheckResult> {
  const searcher = createResponseSearcher();
  const checker = createChecker({
    searcher,
    prober: createHttpProber(prober),
    clock: systemClock,
    random: () => 0.5,
    location: "test",
  });
  const prepared = checker.prepare(
    defineSite({ timeoutMs: PATIENT_MS, ...site, options: { retries: 0, ...options } }),
  );
  try {
    return checkResultSchema.parse(await prepared.run(Date.now(), signal));
  } finally {
    await searcher.close();
  }
}
