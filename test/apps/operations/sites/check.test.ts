// One check of each site, now, as every face asks for it.
import { expect, onTestFinished, test } from "vitest";
import { checkSites, publishResults } from "../../../../src/apps/operations/sites/check.ts";
import { FailureError, UsageError } from "../../../../src/contract/errors.ts";
import type { PublishOutcome } from "../../../../src/core/events/ports.ts";
import { UnavailableError } from "../../../../src/core/failures.ts";
import { createPoliteness } from "../../../../src/core/scheduling/politeness.ts";
import { slotAtOrBefore } from "../../../../src/core/scheduling/slots.ts";
import { systemClock } from "../../../../src/services/process/clock.ts";
import { aResult } from "../../../contract/a-result.ts";
import { aWebsite } from "../../../harness/servers/website.ts";
import { aSite } from "../../../services/postgres/repository/ground.ts";
import { aChecker } from "../a-checker.ts";

const resources = {
  checker: aChecker(),
  limit: createPoliteness({ maxConcurrent: 10, maxPerHost: 10 }),
  clock: systemClock,
  signal: new AbortController().signal,
};

test("each site gets its result, in order, which stands for the instant or for the running slot", async () => {
  const website = await aWebsite();
  onTestFinished(() => website.goAway());
  const sites = [aSite({ url: website.url, name: "one" }), aSite({ url: `${website.url}two`, name: "two" })];
  const beforeMs = Date.now();
  const seen: string[] = [];
  const now = await checkSites(resources, {
    sites,
    slot: "now",
    onResult: ({ siteName }) => seen.push(siteName ?? ""),
  });
  expect(now.map(({ siteName, verdict }) => [siteName, verdict])).toEqual([
    ["one", "up"],
    ["two", "up"],
  ]);
  expect(new Set(seen)).toEqual(new Set(["one", "two"]));
  expect(Date.parse(now[0]?.slot ?? "")).toBeGreaterThanOrEqual(beforeMs);
  const [running] = await checkSites(resources, { sites: sites.slice(0, 1), slot: "running" });
  const [site] = sites;
  if (site === undefined || running === undefined) throw new Error("one of each is expected");
  expect(slotAtOrBefore(site, Date.parse(running.slot))).toBe(Date.parse(running.slot));
});

test("no site is wrong usage", async () => {
  await expect(checkSites(resources, { sites: [], slot: "now" })).rejects.toThrow(UsageError);
});

test.for([
  [{ kind: "refused", code: "TOO_LARGE", reason: "too large" }, FailureError],
  [{ kind: "unknown", reason: "no answer" }, UnavailableError],
] as const)("a result that is not acknowledged is a failure: %s", async ([outcome, expected]) => {
  const publisher = {
    publish: async (): Promise<readonly PublishOutcome[]> => [outcome],
    close: async () => {},
  };
  await expect(publishResults({ publisher, topic: "t" }, [aResult()])).rejects.toThrow(expected);
});
