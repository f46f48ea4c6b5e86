// A process that checks one URL when told to, tells its parent the result, and blocks its event loop on demand.
import { z } from "zod";
import { checkOptionsSchema } from "../../../../src/contract/checks/check-options.ts";
import { defineSite } from "../../../../src/contract/checks/site.ts";
import { createChecker } from "../../../../src/core/checking/site-checker.ts";
import { createHttpProber } from "../../../../src/services/probing/http/prober.ts";
import { systemClock } from "../../../../src/services/process/clock.ts";
import { createResponseSearcher } from "../../../../src/services/searching/response-searcher.ts";

const orderSchema = z.union([
  z.object({
    url: z.string(),
    intervalMs: z.int(),
    timeoutMs: z.int(),
    options: checkOptionsSchema.optional(),
  }),
  z.object({ blockMs: z.int() }),
]);

process.on("message", async (message) => {
  const order = orderSchema.parse(message);
  if ("blockMs" in order) {
    const endMs = performance.now() + order.blockMs;
    while (performance.now() < endMs);
    return;
  }
  const checker = createChecker({
    searcher: createResponseSearcher(),
    prober: createHttpProber(),
    clock: systemClock,
    random: Math.random,
    location: "test",
  });
  const check = checker.prepare(defineSite(order));
  process.send?.({ result: await check.run(Date.now(), new AbortController().signal) });
});
