/** Results that could not be stored before a monitor ended, kept on its own disk and stored by the next run. */
import type { CheckResult } from "../../contract/check-result.ts";
import { messageOf } from "../../contract/errors.ts";
import type { Log } from "../log.ts";
import { LARGEST_WRITE } from "./result-buffer.ts";
import { type ResultStorage, storeResults } from "./storing-results.ts";

export interface SpilledBatch {
  readonly results: readonly CheckResult[];
  /** To be called once the results are durable elsewhere. */
  remove(): Promise<void>;
}

/** A bounded place on the local disk. */
export interface ResultSpill {
  /** For messages. */
  readonly place: string;
  /** Returns how many of the results, counted from the first, are on the disk now; the rest found no room. */
  write(results: readonly CheckResult[]): Promise<number>;
  /** What earlier runs wrote and nobody has removed, oldest first. */
  read(): AsyncIterable<SpilledBatch>;
}

/** Returns the number of results lost: those that fit nowhere. Never rejects. */
export async function spill(results: readonly CheckResult[], to: ResultSpill, log: Log): Promise<number> {
  if (results.length === 0) return 0;
  const kept = await to.write(results).catch((error: unknown) => {
    log.error({ place: to.place, reason: String(error) }, "results not written to the local disk");
    return 0;
  });
  const lost = results.length - kept;
  if (kept > 0) log.warn({ results: kept, place: to.place }, "results kept on disk for the next start");
  if (lost > 0) log.error({ lostResults: lost }, "results could not be stored before shutdown");
  return lost;
}

/**
 * Stores what earlier runs left behind, until the signal aborts; what is left waits for the next run. A batch is
 * removed after it was stored, so a crash in between stores it twice: the same identities, recorded once. Never
 * rejects.
 */
export async function storeSpilled(
  from: ResultSpill,
  storage: ResultStorage,
  signal: AbortSignal,
): Promise<void> {
  const { place } = from;
  let results = 0;
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
    storage.log.error({ place, reason: messageOf(error) }, "results of an earlier run could not be read");
  }
  if (results > 0) storage.log.info({ results, place }, "results of an earlier run stored");
}
