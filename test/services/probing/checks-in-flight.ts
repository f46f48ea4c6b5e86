// A process that checks one URL many times at once and tells its parent how much memory that took at most.
import { readFileSync } from "node:fs";
import { z } from "zod";
import { defineSite } from "../../../src/contract/checks/site.ts";
import { createChecker } from "../../../src/core/checking/site-checker.ts";
import { createHttpProber } from "../../../src/services/probing/http/prober.ts";
import { systemClock } from "../../../src/services/process/clock.ts";
import { createResponseSearcher } from "../../../src/services/searching/response-searcher.ts";

/** The most memory the process has held at a time. */
function peakBytes(): number {
  const kibibytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1];
  return Number(kibibytes) * 1024;
}

const orderSchema = z.object({ url: z.string(), warmUpUrl: z.string(), checks: z.int(), timeoutMs: z.int() });

process.once("message", async (message) => {
  const { url, warmUpUrl, checks, timeoutMs } = orderSchema.parse(message);
  const checker = createChecker({
    searcher: createResponseSearcher(),
    prober: createHttpProber(),
    clock: systemClock,
    random: Math.random,
    location: "test",
  });
  const { signal } = new AbortController();
  const check = (target: string) =>
    checker
      .prepare(
        defineSite({
          url: target,
          timeoutMs,
          intervalMs: timeoutMs,
          regexp: "never [f]ound",
          options: { retries: 0 },
        }),
      )
      .run(Date.now(), signal);
  // Code is loaded and compiled by now, and connections have been made.
  for (let round = 0; round < 5; round += 1) {
    await Promise.all(Array.from({ length: checks }, () => check(warmUpUrl)));
  }
  const before = peakBytes();
  const results = await Promise.all(Array.from({ length: checks }, () => check(url)));
  process.send?.({
    grownBytes: peakBytes() - before,
    codes: [...new Set(results.map((result) => result?.error?.code))],
  });
});
