/** The monitor process: checks the sites of the table and of its arguments, and writes results to the outbox. */
import type { CheckResult } from "../../contract/checks/check-result.ts";
import { FailureError } from "../../contract/errors.ts";
import { topicsOf } from "../../contract/events/topics.ts";
import type { Database } from "../../core/database.ts";
import { retryWhileUnavailable } from "../../core/running/retrying.ts";
import { runTogether } from "../../core/running/run-together.ts";
import { compareClocks } from "../../core/scheduling/clock-comparison.ts";
import { runMonitor } from "../../core/scheduling/monitor.ts";
import type { MonitorEvent } from "../../core/scheduling/monitor-report.ts";
import { createPoliteness } from "../../core/scheduling/politeness.ts";
import { SharedSites } from "../../core/scheduling/shared-sites.ts";
import { fixedSites, joinedSites } from "../../core/scheduling/site-source.ts";
import { keepSitesDescribed } from "../../core/sites/keep-sites-described.ts";
import { prepareSite } from "../../core/sites/prepare-sites.ts";
import type { SiteArguments } from "../../core/sites/site-arguments.ts";
import { systemClock } from "../../services/process/clock.ts";
import { newLeaseOwner } from "../../services/process/lease-owner.ts";
import type { EventCounter } from "../../services/telemetry/health-server.ts";
import { outboxHealth } from "../wiring/health.ts";
import { type AppContext, type Invocation, startApp } from "../wiring/invocation.ts";
import { withOwnDatabase } from "../wiring/opening.ts";
import { withAppChecker } from "../wiring/sites/checking.ts";
import { type NamedSites, namedSites } from "../wiring/sites/watched-sites.ts";
import { openSpill } from "../wiring/spill.ts";

const REREAD_SITES_MS = 30_000;
const BUFFER_CAPACITY = 10_000;
const DRAIN_MS = 5000;

const METRICS: Readonly<Record<MonitorEvent, { readonly name: string; readonly meaning: string }>> = {
  checkStarted: { name: "sitewire_checks_started_total", meaning: "checks started" },
  startDelayMs: {
    name: "sitewire_check_start_delay_milliseconds_total",
    meaning: "sum of the delays between due time and start of checks",
  },
  slotLate: {
    name: "sitewire_slots_late_total",
    meaning: "checks started a second or more after their slot",
  },
  slotMissed: {
    name: "sitewire_slots_missed_total",
    meaning: "slots that passed before a check could start",
  },
  slotUnobserved: {
    name: "sitewire_slots_unobserved_total",
    meaning: "slots without a result because the process was paused or the server sent Retry-After",
  },
  checkWithoutResult: { name: "sitewire_checks_failed_total", meaning: "checks that ended without a result" },
  resultRefused: { name: "sitewire_results_refused_total", meaning: "results the outbox refused" },
  siteRefused: { name: "sitewire_sites_refused_total", meaning: "sites with an invalid definition" },
};

/** Runs until the signal aborts. Throws `FailureError` when results could not be stored in time. */
export async function runMonitorApp(invocation: Invocation, given: SiteArguments): Promise<void> {
  const context = startApp("monitor", invocation);
  const named = namedSites(context, given);
  const { location } = context.configuration;
  await withOwnDatabase(
    {
      context,
      tables: "wait",
      onOpened: ({ description }) => context.log.info({ database: description, location }, "monitor started"),
      health: async ({ database }) => [outboxHealth(database, context, ["append"])],
    },
    async ({ database }, counter) => {
      await monitorSites({ context, database, counter, named, onStored: () => {} }, invocation.signal);
    },
  );
  context.log.info({}, "monitor stopped");
}

export interface MonitoredSites {
  readonly context: AppContext;
  readonly database: Database;
  readonly counter: EventCounter;
  /** Sites in addition to those of the table. */
  readonly named: NamedSites;
  readonly onStored: (results: readonly CheckResult[]) => void;
}

/**
 * Monitors sites, in a process of its own or in `sitewire up`. Throws `FailureError` when results could not be stored in
 * time.
 */
export async function monitorSites(
  { context, database, counter, named, onStored }: MonitoredSites,
  signal: AbortSignal,
): Promise<void> {
  const { log, configuration } = context;
  const { sites } = named;
  const topics = topicsOf(configuration.kafka.topicPrefix);
  const owner = newLeaseOwner();
  const described = { ...named, by: owner };
  const patient = { what: "database", log, signal };
  await retryWhileUnavailable(() => database.sites.describe(described, { again: false }), patient);
  const shared = new SharedSites({
    shards: database.siteShards(configuration.location),
    clock: systemClock,
    log,
    owner,
    leaseMs: database.leaseMs,
  });
  const fixed = fixedSites(sites.filter((site) => site.enabled));
  let lostResults = 0;
  const monitor = async (until: AbortSignal): Promise<void> => {
    const outcome = await withAppChecker(context, async (checker) => {
      for (const site of sites) prepareSite(checker, site);
      return await runMonitor(
        {
          sites: joinedSites([fixed, shared]),
          checker,
          outbox: database.outbox,
          topic: topics.checks,
          deadTopic: topics.checksDead,
          limit: createPoliteness(configuration.checks),
          clock: systemClock,
          log,
          rereadSitesMs: REREAD_SITES_MS,
          bufferCapacity: BUFFER_CAPACITY,
          gatherMs: configuration.outbox.gather,
          drainMs: DRAIN_MS,
          spill: openSpill(context),
          count: (event, count) => counter.add(METRICS[event].name, METRICS[event].meaning, count),
          onStored(results) {
            counter.add("sitewire_checks_total", "checks whose result is in the outbox", results.length);
            onStored(results);
          },
        },
        until,
      );
    });
    lostResults = outcome.lostResults;
  };
  const comparison = { reference: database.clock, clock: systemClock, log };
  await runTogether(
    monitor,
    [
      (until) => shared.keep(until),
      (until) => compareClocks(comparison, until),
      (until) => keepSitesDescribed({ store: database.sites, described, clock: systemClock, log }, until),
    ],
    signal,
  );
  if (lostResults > 0) throw new FailureError(`${lostResults} results could not be stored before shutdown`);
}
