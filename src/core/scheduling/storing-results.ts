/** Stores results in the outbox. A refused result does not prevent others from being stored. */
import type { CheckResult } from "../../contract/checks/check-result.ts";
import { checkResultEvent } from "../../contract/events/cloud-events.ts";
import type { Log } from "../log.ts";
import type { Outbox } from "../relaying/ports.ts";
import { retryWhileUnavailable } from "../running/retrying.ts";

export interface ResultStorage {
  readonly outbox: Outbox;
  /** The topic to which the relay publishes the results. */
  readonly topic: string;
  readonly log: Log;
  /** Called with each result that the outbox refuses permanently. */
  readonly onRefused: (result: CheckResult, error: unknown) => void;
}

/**
 * Returns the results that are now durable; the others were refused. Waits while the outbox is unavailable. Rejects with
 * the signal's reason when it aborts.
 */
export async function storeResults(
  results: readonly CheckResult[],
  storage: ResultStorage,
  signal: AbortSignal,
): Promise<readonly CheckResult[]> {
  try {
    const events = results.map((result) => checkResultEvent(result, storage.topic));
    const patient = { what: "outbox", log: storage.log, signal };
    await retryWhileUnavailable(() => storage.outbox.append(events), patient);
    return results;
  } catch (error) {
    signal.throwIfAborted();
    const [first] = results;
    if (first === undefined) return [];
    if (results.length === 1) {
      storage.onRefused(first, error);
      return [];
    }
    const half = Math.ceil(results.length / 2);
    const stored = await storeResults(results.slice(0, half), storage, signal);
    return [...stored, ...(await storeResults(results.slice(half), storage, signal))];
  }
}
