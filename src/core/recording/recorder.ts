/**
 * The recorder: turns batches of events into rows, each identity once. What can't be read, or what the store will
 * never take, goes to the dead-letter topic with its reason; what the store can't take now is tried again until it
 * can. A batch is done only when every event of it is in one of the two places.
 */
import type { ConsumedEvent, Event } from "../../contract/event.ts";
import { readCheckResult } from "../../contract/read-check-result.ts";
import type { Clock } from "../clock.ts";
import type { EventBatch, EventPublisher } from "../events/ports.ts";
import { publishUntilDecided } from "../events/publish-until-decided.ts";
import { RefusedError } from "../failures.ts";
import type { Log } from "../log.ts";
import { retryWhileUnavailable } from "../running/retrying.ts";
import { type DeadLetterReason, deadLetterOf, withoutValue } from "./dead-letter.ts";
import { readOriginalMessage } from "./original-message.ts";
import type { ResultStore } from "./ports.ts";
import { ReadResults } from "./read-results.ts";

export interface RecorderOptions {
  readonly store: ResultStore;
  readonly deadLetters: EventPublisher;
  readonly deadTopic: string;
  /** The topic whose messages have the original system's form; all others carry CloudEvents. */
  readonly originalTopic: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Called once a batch is done. */
  readonly onRecorded?: (outcome: RecordedBatch) => void;
}

interface RecordedBatch {
  readonly received: number;
  readonly inserted: number;
  readonly dead: number;
}

interface DeadEvent extends DeadLetterReason {
  readonly event: ConsumedEvent;
}

/** The handler of an `EventSource`. It rejects only with the signal's reason. */
export function createRecorder(
  options: RecorderOptions,
): (batch: EventBatch, signal: AbortSignal) => Promise<void> {
  return async (batch, signal) => {
    const read = batch.topic === options.originalTopic ? readOriginalMessage : readCheckResult;
    const results = new ReadResults(batch.events, read);
    const recorded = await record(results, options, signal);
    const unreadable = [...results.unreadable].map(([event, reason]) => ({
      event,
      code: "unreadable",
      reason,
    }));
    const dead = [...unreadable, ...recorded.dead];
    if (dead.length > 0) await bury(dead, options, signal);
    options.onRecorded?.({ received: batch.events.length, inserted: recorded.inserted, dead: dead.length });
  };
}

/** Records all, halving what the store refuses until the refused ones stand alone. */
async function record(
  results: ReadResults,
  options: RecorderOptions,
  signal: AbortSignal,
): Promise<{ inserted: number; dead: DeadEvent[] }> {
  try {
    const patient = { what: "result store", log: options.log, signal };
    const { inserted } = await retryWhileUnavailable(() => options.store.record(results), patient);
    return { inserted, dead: [] };
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    const readable = results.readable();
    const [first] = readable;
    if (first !== undefined && readable.length === 1) {
      return { inserted: 0, dead: [{ event: first, code: error.code, reason: error.message }] };
    }
    const [front, back] = results.halves();
    const left = await record(front, options, signal);
    const right = await record(back, options, signal);
    return { inserted: left.inserted + right.inserted, dead: [...left.dead, ...right.dead] };
  }
}

async function bury(
  dead: readonly DeadEvent[],
  options: RecorderOptions,
  signal: AbortSignal,
): Promise<void> {
  const { log, clock } = options;
  const publish = async (letters: readonly Event[]): Promise<{ letter: Event; reason: string }[]> => {
    const patient = { what: "dead-letter topic", log, signal };
    const decisions = await publishUntilDecided(options.deadLetters, letters, patient);
    return letters.flatMap((letter, index) => {
      const decision = decisions[index];
      return decision?.kind === "refused" ? [{ letter, reason: decision.reason }] : [];
    });
  };
  for (const { event, code, reason } of dead) {
    const { topic, partition, offset } = event;
    log.warn(
      { topic, partition, offset: String(offset), code, reason },
      "message set aside as a dead letter",
    );
  }
  const refused = await publish(
    dead.map((death) => deadLetterOf(death.event, death, clock.now(), options.deadTopic)),
  );
  if (refused.length === 0) return;
  const refusedAgain = await publish(refused.map(({ letter }) => withoutValue(letter)));
  for (const { letter, reason } of refusedAgain) {
    log.error(
      { headers: letter.headers, reason },
      "dead letter refused by its topic; its original stays in its own topic",
    );
  }
}
