/** Gathers what was seen in addition to a result. Pure. */
import type { Evidence } from "../../contract/api/sites/results.ts";
import type { CheckResult } from "../../contract/checks/check-result.ts";

/** `earlier` are results of the same site and location, newest first: the chain of a result may be in one of them. */
export function resultEvidence(result: CheckResult, earlier: readonly CheckResult[]): Evidence {
  const { evidence } = result;
  const withChain =
    result.certificateExpiresAt === null
      ? undefined
      : [result, ...earlier].find(
          ({ certificateChain, certificateExpiresAt }) =>
            certificateChain && certificateExpiresAt === result.certificateExpiresAt,
        );
  return {
    failedExpectations: result.failedExpectations ?? [],
    failedAttempts: result.failedAttempts ?? [],
    irregularities: result.irregularities ?? [],
    redirects: evidence?.redirects ?? null,
    responseHeaders: evidence?.headers ?? null,
    body: evidence?.body ?? null,
    bodyCut: evidence?.bodyCut ?? false,
    certificateChain: withChain?.certificateChain ?? null,
    certificateSeenAt: withChain?.slot ?? null,
  };
}
