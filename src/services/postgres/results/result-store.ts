/** Writes results with all that follows from them, each identity once: one transaction a batch. */
import pg from "pg";
import type { CheckResult } from "../../../contract/checks/check-result.ts";
import { RefusedError } from "../../../core/failures.ts";
import type { RecordOutcome, ResultStore } from "../../../core/recording/ports.ts";
import { type CountedResult, rollUp, rollUpFurther } from "../../../core/reporting/rollup.ts";
import type { Sql, SqlService } from "../connecting/sql.ts";
import { copyAll, insertNew, readRetention, type StillWanted } from "./insert-results.ts";
import { type ArrivedResult, type PreparedResult, prepareResults } from "./prepared-result.ts";
import { StagedResults } from "./staged-results.ts";
import { dayStart, ensurePartitions } from "./time-partitions.ts";
import {
  addRollups,
  DAILY_ROLLUPS,
  HOURLY_ROLLUPS,
  KnownRollups,
  RollupConflictError,
} from "./upsert-rollups.ts";
import { registerSites, updateSiteState } from "./upsert-site-state.ts";

const UNIQUE_VIOLATION = "23505";
/** PostgreSQL gives a row without a partition the code of a check violation. */
const CHECK_VIOLATION = "23514";
/** Sites known to be in the table; forgotten all at once when they are too many to remember. */
const LARGEST_MEMORY = 200_000;
/** At a conflict the other writer got on, so a few attempts suffice; after that the caller backs off. */
const ATTEMPTS = 10;
/** After a batch with known results, so many batches are written the way that expects some: a replay has many. */
const CAREFUL_BATCHES = 50;

/**
 * For the transaction: every statement finds its rows by their keys. A partition made today has no statistics yet, and
 * the planner would read all of it (PostgreSQL manual, "Planner Method Configuration").
 */
const ROWS_BY_KEY =
  "SET LOCAL enable_seqscan = off; SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off";

interface Inserted {
  /** Site by site, and of each in the order of slot and location. */
  readonly fresh: readonly ArrivedResult[];
  /** Of the fresh ones at least the latest of each site and location. */
  readonly latest: readonly PreparedResult[];
}

type Insert = (sql: Sql, stillWanted: StillWanted) => Promise<Inserted>;

/** What follows from results that are new, in their transaction. */
export type OnRecorded = (
  sql: Sql,
  fresh: readonly ArrivedResult[],
  unobserved: readonly ArrivedResult[],
) => Promise<void>;

export class SqlResultStore implements ResultStore {
  readonly #service: SqlService;
  readonly #onRecorded: OnRecorded;
  readonly #knownDays = new Set<number>();
  readonly #knownSites = new Set<string>();
  readonly #hourlyRollups = new KnownRollups();
  readonly #dailyRollups = new KnownRollups();
  #carefulBatches = 0;

  constructor(service: SqlService, onRecorded: OnRecorded) {
    this.#service = service;
    this.#onRecorded = onRecorded;
  }

  /** By COPY, the fastest way in, while all results are new; as soon as one is not, by INSERT. */
  async record(results: Iterable<CheckResult>): Promise<RecordOutcome> {
    if (this.#carefulBatches > 0) {
      this.#carefulBatches = Math.max(0, this.#carefulBatches - 1);
      return await this.#recordSomeNew(results);
    }
    try {
      return await this.#recordAllNew(results);
    } catch (error) {
      if (!(error instanceof RefusedError) || error.code !== UNIQUE_VIOLATION) throw error;
      this.#carefulBatches = CAREFUL_BATCHES;
      return await this.#recordSomeNew(results);
    }
  }

  async #recordAllNew(results: Iterable<CheckResult>): Promise<RecordOutcome> {
    const staged = new StagedResults(results);
    return await this.#write(staged.all, staged.latest, staged.unobserved, async (sql, stillWanted) => {
      const wanted = stillWanted(staged.all);
      if (wanted.length > 0) await copyAll(sql, staged.asCopy(wanted));
      return { fresh: wanted, latest: stillWanted(staged.latest) };
    });
  }

  async #recordSomeNew(results: Iterable<CheckResult>): Promise<RecordOutcome> {
    const { observed, unobserved } = prepareResults(results);
    return await this.#write(observed, observed, unobserved, async (sql, stillWanted) => {
      const fresh = await insertNew(sql, stillWanted(observed));
      return { fresh, latest: fresh };
    });
  }

  /**
   * One transaction; again when another writer came in between, or a partition has gone. `ofEachSite` has at least one
   * result of each site.
   */
  async #write(
    results: readonly CountedResult[],
    ofEachSite: readonly PreparedResult[],
    unobserved: readonly ArrivedResult[],
    insert: Insert,
  ): Promise<RecordOutcome> {
    if (results.length + unobserved.length === 0) return { inserted: 0 };
    for (let attempt = 1; ; attempt += 1) {
      await this.#ensurePartitions(results);
      try {
        return await this.#writeOnce(ofEachSite, unobserved, insert);
      } catch (error) {
        this.#hourlyRollups.forget();
        this.#dailyRollups.forget();
        if (attempt === ATTEMPTS) throw error;
        if (error instanceof RollupConflictError) continue;
        if (!isMissingPartition(error)) throw error;
        // Retention dropped the partition: make it again, or learn that its results are no longer wanted.
        this.#knownDays.clear();
      }
    }
  }

  async #writeOnce(
    ofEachSite: readonly PreparedResult[],
    unobserved: readonly ArrivedResult[],
    insert: Insert,
  ): Promise<RecordOutcome> {
    const unknown = oneOfEachSite(ofEachSite.filter(({ siteId }) => !this.#knownSites.has(siteId)));
    const [hourlyRollups, dailyRollups] = [this.#hourlyRollups, this.#dailyRollups];
    const written = await this.#service.transaction(async (sql) => {
      const { fresh, latest } = await insert(sql, await readRetention(sql));
      if (fresh.length + unobserved.length === 0) return null;
      const hourly = rollUp(fresh, HOURLY_ROLLUPS.periodMs);
      const daily = rollUpFurther(hourly, DAILY_ROLLUPS.periodMs);
      const writtenHourly = await addRollups(sql, HOURLY_ROLLUPS, hourly, hourlyRollups);
      const writtenDaily = await addRollups(sql, DAILY_ROLLUPS, daily, dailyRollups);
      await updateSiteState(sql, latest);
      await registerSites(sql, unknown);
      await this.#onRecorded(sql, fresh, unobserved);
      return { inserted: fresh.length, writtenHourly, writtenDaily };
    }, ROWS_BY_KEY);
    if (written === null) return { inserted: 0 };
    this.#remember(unknown);
    hourlyRollups.remember(written.writtenHourly);
    dailyRollups.remember(written.writtenDaily);
    return { inserted: written.inserted };
  }

  #remember(results: readonly PreparedResult[]): void {
    if (this.#knownSites.size > LARGEST_MEMORY) this.#knownSites.clear();
    for (const { siteId } of results) this.#knownSites.add(siteId);
  }

  async #ensurePartitions(results: readonly CountedResult[]): Promise<void> {
    const days = new Set(results.map(({ slotMs }) => dayStart(slotMs)));
    const unknown = [...days].filter((day) => !this.#knownDays.has(day));
    if (unknown.length === 0) return;
    await ensurePartitions(this.#service, unknown);
    for (const day of unknown) this.#knownDays.add(day);
  }
}

function oneOfEachSite(results: readonly PreparedResult[]): readonly PreparedResult[] {
  return [...new Map(results.map((result) => [result.siteId, result])).values()];
}

/** Unlike a check constraint's, this violation names no constraint; its message may be in any language. */
function isMissingPartition(error: unknown): boolean {
  if (!(error instanceof RefusedError) || error.code !== CHECK_VIOLATION) return false;
  return error.cause instanceof pg.DatabaseError && error.cause.constraint === undefined;
}
