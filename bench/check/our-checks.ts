/** Our own contender: checks as the monitor makes them, each result built, judged and made into an event. */

import { defineSite } from "../../src/contract/checks/site.ts";
import { checkResultEvent } from "../../src/contract/events/cloud-events.ts";
import { createChecker } from "../../src/core/checking/site-checker.ts";
import { createPoliteness } from "../../src/core/scheduling/politeness.ts";
import { createHttpProber } from "../../src/services/probing/http/prober.ts";
import { systemClock } from "../../src/services/process/clock.ts";
import { keepHeapSmall } from "../../src/services/process/heap.ts";
import { createResponseSearcher } from "../../src/services/searching/response-searcher.ts";
import { CONCURRENCY } from "./contest.ts";
import { serveRuns } from "./serve-runs.ts";

/** As many as are checked at a time: a site is never checked twice at once. */
const SITES = CONCURRENCY;

// As the monitor does.
keepHeapSmall({ semiSpaceMebibytes: 16 });

serveRuns(({ url, regexp, ca }) => {
  const checker = createChecker({
    searcher: createResponseSearcher(),
    prober: createHttpProber(),
    clock: systemClock,
    random: Math.random,
    location: "bench",
  });
  const limit = createPoliteness({ maxConcurrent: CONCURRENCY, maxPerHost: CONCURRENCY });
  const { host } = new URL(url);
  const options = ca === null ? {} : { tls: { ca } };
  const checks = Array.from({ length: SITES }, (_, index) =>
    checker.prepare(defineSite({ url, name: `site ${index}`, regexp, options })),
  );
  const { signal } = new AbortController();
  return async (index) => {
    const check = checks[index % SITES];
    const result = await limit.run(host, async () => await check?.run(Date.now(), signal), signal);
    if (result?.verdict !== "up") throw new Error(JSON.stringify(result));
    if (checkResultEvent(result).value === null) throw new Error("the event is empty");
  };
});
