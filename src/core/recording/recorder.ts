/**
 * The recorder: turns batches of events into rows, each identity once. An event that can't be recorded, for whatever
 * reason, goes to the dead-letter topic with that reason; while the store is unavailable, the batch is tried again. A
 * batch is done only when every event of it is in one of the two places.
 */
import { readCheckResult } from "../../contract/read-check-result.ts";
import type { EventBatch } from "../events/ports.ts";
import { UnavailableError } from "../failures.ts";
import type { CountedLog } from "../running/counted-log.ts";
import { retryWhileUnavailable } from "../running/retrying.ts";
import { type BuryingOptions, bury } from "./burying.ts";
import type { DeadLetterReason } from "./dead-letter.ts";
import { readOriginalMessage } from "./original-message.ts";
import type { ResultStore } from "./ports.ts";
import { ReadResults, reasonOf } from "./read-results.ts";
import { type SlotWindow, slotWindowCheck } from "./slot-window.ts";

export interface RecorderOptions extends BuryingOptions {
  readonly store: ResultStore;
  /** The topic whose messages have the original system's form; all others carry CloudEvents. */
  readonly originalTopic: string;
  readonly window: SlotWindow;
  /** Logs dead letters once a cause and minute. */
  readonly counted: CountedLog;
  /** Called once a batch is done. */
  readonly onRecorded?: (outcome: RecordedBatch) => void;
}

interface RecordedBatch {
  readonly received: number;
  readonly inserted: number;
  readonly dead: number;
}

/** The handler of an `EventSource`. It rejects only with the signal's reason. */
export function createRecorder(
  options: RecorderOptions,
): (batch: EventBatch, signal: AbortSignal) => Promise<void> {
  return async ({ topic, partition, events }, signal) => {
    const read = topic === options.originalTopic ? readOriginalMessage : readCheckResult;
    const refuseOutside = slotWindowCheck(options.window, options.clock.now());
    const results = new ReadResults(events, (event) => {
      const result = read(event);
      refuseOutside(result);
      return result;
    });
    const inserted = await record(results, options, signal);
    if (results.refused.size > 0) {
      noteDeadLetters(results.refused.values(), { topic, partition }, options);
      await bury(results.refused, options, signal);
    }
    options.onRecorded?.({ received: events.length, inserted, dead: results.refused.size });
  };
}

/**
 * Records all and returns how many were new. Any failure but unavailability may be one event's fault: the batch is
 * halved until the events at fault stand alone, and those join `results.refused`.
 */
async function record(results: ReadResults, options: RecorderOptions, signal: AbortSignal): Promise<number> {
  try {
    const patient = { what: "result store", log: options.log, signal };
    return (await retryWhileUnavailable(() => options.store.record(results), patient)).inserted;
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof UnavailableError) throw error;
    const acceptable = results.acceptable();
    const [first] = acceptable;
    if (first === undefined) throw error;
    if (acceptable.length === 1) {
      results.refused.set(first, reasonOf(error));
      return 0;
    }
    const [front, back] = results.halves();
    return (await record(front, options, signal)) + (await record(back, options, signal));
  }
}

/** One cause for each code, with the first reason as an example. */
function noteDeadLetters(
  reasons: Iterable<DeadLetterReason>,
  origin: { readonly topic: string; readonly partition: number },
  { counted, log }: RecorderOptions,
): void {
  for (const [code, alike] of Map.groupBy(reasons, (each) => each.code)) {
    const reason = alike[0]?.reason;
    counted.note(code, alike.length, (count) => {
      log.warn({ ...origin, code, count, reason }, "messages set aside as dead letters");
    });
  }
}
