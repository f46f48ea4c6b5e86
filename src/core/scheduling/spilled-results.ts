/** Results that could not be stored before shutdown. The monitor keeps them on local disk and stores them at next start. */
import type { CheckResult } from "../../contract/checks/check-result.ts";
import { messageOf } from "../../contract/errors.ts";
import type { Log } from "../log.ts";
import { LARGEST_WRITE } from "./result-buffer.ts";
import { type ResultStorage, storeResults } from "./storing-results.ts";

export interface SpilledBatch {
  readonly results: readonly CheckResult[];
  /** Deletes the batch. Call it once the results are durable elsewhere. */
  remove(): Promise<void>;
}

/** Port for bounded storage on the local disk. */
export interface ResultSpill {
  /** The location, for messages. */
  readonly place: string;
  /** Rejects with reason and remedy if nothing can be written. */
  assertWritable(): Promise<void>;
  /** Returns how many of the results, counted from the first, were written. The others exceed the size limit. */
  write(results: readonly CheckResult[]): Promise<number>;
  /** Yields the batches of earlier runs that were not removed, oldest first. */
  read(): AsyncIterable<SpilledBatch>;
}

/** Writes results to the local disk. Returns the number of lost results. Never rejects. */
export async function spill(results: readonly CheckResult[], to: ResultSpill, log: Log): Promise<number> {
  if (results.length === 0) return 0;
  const kept = await to.write(results).catch((error: unknown) => {
    log.error({ place: to.place, reason: messageOf(error) }, "results not written to the local disk");
    return 0;
  });
  const lost = results.length - kept;
  if (kept > 0) log.warn({ results: kept, place: to.place }, "results kept on disk until the next start");
  if (lost > 0) log.error({ lostResults: lost }, "results lost at shutdown");
  return lost;
}

/**
 * Stores the results that earlier runs left on disk, until the signal aborts. It removes a batch only after storing it.
 * After a crash in between, the next run stores the batch again; the results have the same identities and are recorded
 * once. Never rejects.
 */
export async function storeSpilled(
  from: ResultSpill,
  storage: ResultStorage,
  signal: AbortSignal,
): Promise<void> {
  const { place } = from;
  let results = 0;
  await from.assertWritable().catch((error: unknown) => {
    const facts = { place, reason: messageOf(error) };
    storage.log.warn(facts, "results that can't be stored before the end have no place on this disk");
  });
  try {
    for await (const batch of from.read()) {
      for (let index = 0; index < batch.results.length; index += LARGEST_WRITE) {
        const part = batch.results.slice(index, index + LARGEST_WRITE);
        results += (await storeResults(part, storage, signal)).length;
      }
      await batch.remove();
    }
  } catch (error) {
    if (signal.aborted) return;
    storage.log.error({ place, reason: messageOf(error) }, "results of an earlier run not read");
  }
  if (results > 0) storage.log.info({ results, place }, "results of an earlier run stored");
}
