/** Writes results with all that follows from them, each identity once: one transaction a batch. */
import type { CheckResult } from "../../contract/check-result.ts";
import { RefusedError } from "../../core/failures.ts";
import type { RecordOutcome, ResultStore } from "../../core/recording/ports.ts";
import { rollUp } from "../../core/reporting/rollup.ts";
import { insertResults } from "./insert-results.ts";
import { createPartitions, PARTITION_MS, partitionStart } from "./result-partitions.ts";
import type { SqlService } from "./sql.ts";
import { addRollups, DAILY_ROLLUPS, HOURLY_ROLLUPS } from "./upsert-rollups.ts";
import { registerSites, updateSiteState } from "./upsert-site-state.ts";

/** No partition for the row: PostgreSQL's check_violation, as its manual has it for partitioned tables. */
const NO_PARTITION_CODE = "23514";
const NO_PARTITION_MESSAGE = "no partition of relation";
/** A monitor's clock may be ahead, but a partition for the year 9999 is a mistake. */
const FURTHEST_AHEAD_MS = 7 * PARTITION_MS;
/** Sites known to be in the table; forgotten all at once when they are too many to remember. */
const LARGEST_MEMORY = 200_000;

export class SqlResultStore implements ResultStore {
  readonly #service: SqlService;
  readonly #nowMs: () => number;
  readonly #knownDays = new Set<number>();
  readonly #knownSites = new Set<string>();

  constructor(service: SqlService, nowMs: () => number) {
    this.#service = service;
    this.#nowMs = nowMs;
  }

  async record(results: readonly CheckResult[]): Promise<RecordOutcome> {
    const distinct = inKeyOrder(results);
    this.#refuseFarFuture(distinct);
    await this.#ensurePartitions(distinct);
    try {
      return await this.#write(distinct);
    } catch (error) {
      if (!isMissingPartition(error)) throw error;
      // Retention dropped one since: make it again, or learn that its results are no longer wanted.
      this.#knownDays.clear();
      await this.#ensurePartitions(distinct);
      return await this.#write(distinct);
    }
  }

  async #write(results: readonly CheckResult[]): Promise<RecordOutcome> {
    const unknown = oneOfEachSite(results.filter(({ siteId }) => !this.#knownSites.has(siteId)));
    const inserted = await this.#service.transaction(async (sql) => {
      const fresh = await insertResults(sql, results);
      if (fresh.length === 0) return 0;
      await addRollups(sql, HOURLY_ROLLUPS, rollUp(fresh, HOURLY_ROLLUPS.periodMs));
      await addRollups(sql, DAILY_ROLLUPS, rollUp(fresh, DAILY_ROLLUPS.periodMs));
      await updateSiteState(sql, fresh);
      await registerSites(sql, unknown);
      return fresh.length;
    });
    if (inserted > 0) this.#remember(unknown);
    return { inserted };
  }

  #remember(results: readonly CheckResult[]): void {
    if (this.#knownSites.size > LARGEST_MEMORY) this.#knownSites.clear();
    for (const { siteId } of results) this.#knownSites.add(siteId);
  }

  async #ensurePartitions(results: readonly CheckResult[]): Promise<void> {
    const days = new Set(results.map(({ slot }) => partitionStart(Date.parse(slot))));
    const unknown = [...days].filter((day) => !this.#knownDays.has(day));
    if (unknown.length === 0) return;
    await createPartitions(this.#service, unknown);
    for (const day of unknown) this.#knownDays.add(day);
  }

  #refuseFarFuture(results: readonly CheckResult[]): void {
    const latestMs = this.#nowMs() + FURTHEST_AHEAD_MS;
    const far = results.find(({ slot }) => Date.parse(slot) > latestMs);
    if (far === undefined) return;
    throw new RefusedError(
      "slot_in_future",
      `slot ${far.slot} is more than 7 days ahead: check the monitor's clock`,
    );
  }
}

/** Each identity once, sorted, so that writers who meet wait for each other in one order. */
function inKeyOrder(results: readonly CheckResult[]): readonly CheckResult[] {
  const distinct = new Map<string, CheckResult>();
  for (const given of results) {
    const result = { ...given, siteId: given.siteId.toLowerCase() };
    const identity = `${result.siteId} ${result.slot} ${result.location}`;
    if (!distinct.has(identity)) distinct.set(identity, result);
  }
  return [...distinct].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, result]) => result);
}

function oneOfEachSite(results: readonly CheckResult[]): readonly CheckResult[] {
  return [...new Map(results.map((result) => [result.siteId, result])).values()];
}

function isMissingPartition(error: unknown): boolean {
  return (
    error instanceof RefusedError &&
    error.code === NO_PARTITION_CODE &&
    error.message.startsWith(NO_PARTITION_MESSAGE)
  );
}
