/**
 * Stores results in the outbox. A refused result does not prevent others from being stored; a dead letter with the reason
 * takes its place.
 */
import type { CheckResult } from "../../contract/checks/check-result.ts";
import { messageOf } from "../../contract/errors.ts";
import { checkResultEvent } from "../../contract/events/cloud-events.ts";
import type { Event } from "../../contract/events/event.ts";
import type { Clock } from "../clock.ts";
import { RefusedError } from "../failures.ts";
import type { Log } from "../log.ts";
import { deadLetterOfUnpublished, withoutContent } from "../recording/dead-letter.ts";
import type { Outbox } from "../relaying/ports.ts";
import { retryWhileUnavailable } from "../running/retrying.ts";

export interface ResultStorage {
  readonly outbox: Outbox;
  /** The topic to which the relay publishes the results. */
  readonly topic: string;
  /** The topic of what could not be stored. */
  readonly deadTopic: string;
  readonly clock: Clock;
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
      await storeDeadLetter(first, error, storage, signal);
      return [];
    }
    const half = Math.ceil(results.length / 2);
    const stored = await storeResults(results.slice(0, half), storage, signal);
    return [...stored, ...(await storeResults(results.slice(half), storage, signal))];
  }
}

const CODE = "outbox_refused";

/** With the whole result where the outbox takes it, otherwise with the reason alone. What it refuses too is only logged. */
async function storeDeadLetter(
  result: CheckResult,
  error: unknown,
  { outbox, topic, deadTopic, clock, log }: ResultStorage,
  signal: AbortSignal,
): Promise<void> {
  const code = error instanceof RefusedError ? error.code : CODE;
  const value = new TextEncoder().encode(JSON.stringify(result));
  const event: Event = { topic, key: null, headers: {}, value };
  const letter = deadLetterOfUnpublished(event, { code, reason: messageOf(error) }, clock.now(), deadTopic);
  for (const form of [letter, withoutContent(letter)]) {
    try {
      await retryWhileUnavailable(() => outbox.append([form]), { what: "outbox", log, signal });
      return;
    } catch {
      signal.throwIfAborted();
    }
  }
}
