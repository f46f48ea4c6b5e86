/**
 * The recorder writes batches of events as rows, each identity once. It sends an event that cannot be recorded to the
 * dead-letter topic with the reason. While the store is unavailable, it retries the batch. A batch is done only when
 * every event is in the store or in the dead-letter topic.
 */
import { readCheckResult } from "../../contract/checks/read-check-result.ts";
import type { EventBatch } from "../events/ports.ts";
import { UnavailableError } from "../failures.ts";
import type { CountedLog } from "../running/counted-log.ts";
import { retryWhileUnavailable } from "../running/retrying.ts";
import type { DeadLetterReason } from "./dead-letter.ts";
import { readOriginalMessage } from "./original-message.ts";
import type { ResultStore } from "./ports.ts";
import { type DeadLetterOptions, publishDeadLetters } from "./publishing-dead-letters.ts";
import { ReadResults, reasonOf } from "./read-results.ts";
import { type SlotWindow, slotWindowCheck } from "./slot-window.ts";

export interface RecorderOptions extends DeadLetterOptions {
  readonly store: ResultStore;
  /** The topic whose messages have the original system's format; all others carry CloudEvents. */
  readonly originalTopic: string;
  readonly window: SlotWindow;
  /** Logs dead letters once per cause and minute. */
  readonly counted: CountedLog;
  /** Called after each batch. */
  readonly onRecorded?: (outcome: RecordedBatch) => void;
}

interface RecordedBatch {
  readonly received: number;
  readonly inserted: number;
  readonly dead: number;
}

/** Creates the handler of an `EventSource`. It rejects only with the signal's reason. */
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
      await publishDeadLetters(results.refused, options, signal);
    }
    options.onRecorded?.({ received: events.length, inserted, dead: results.refused.size });
  };
}

/**
 * Records all results and returns how many were new. A single event may cause any failure except unavailability, so
 * `record` splits the batch in halves until the failing events are isolated, and adds those to `results.refused`.
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

/** Counts one cause per code, and logs the first reason as an example. */
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
