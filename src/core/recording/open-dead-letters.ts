/**
 * Reads and settles open dead letters. A dead letter is open until an event in the same topic settles it, by `replay`
 * (published again to its original topic) or by `discard`. Nothing is deleted from the event log.
 */
import type { ConsumedEvent, Event } from "../../contract/events/event.ts";
import type { Clock } from "../clock.ts";
import type { EventLogReader, EventPublisher } from "../events/ports.ts";
import { RefusedError, UnavailableError } from "../failures.ts";
import {
  type DeadLetterOrigin,
  deadLetterOrigin,
  originalEvent,
  type Settlement,
  settledLetterId,
  settlementOf,
} from "./dead-letter.ts";

export interface DeadLetter {
  /** `partition-offset` in the dead-letter topic. */
  readonly id: string;
  /** Null when another program wrote the message without an origin. */
  readonly origin: DeadLetterOrigin | null;
  readonly event: ConsumedEvent;
}

export interface DeadLetterLog {
  readonly deadTopic: string;
  readonly reader: EventLogReader;
  readonly publisher: EventPublisher;
  readonly clock: Clock;
}

/** Dead letters that are published again in one batch. */
const REPLAY_BATCH = 500;

/** Passes every open dead letter to `handle`, oldest first within each partition. Throws `UnavailableError`. */
export async function readOpenDeadLetters(
  { reader, deadTopic }: Pick<DeadLetterLog, "reader" | "deadTopic">,
  handle: (letter: DeadLetter) => void | Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const settled = new Set<string>();
  await reader.readAll(
    deadTopic,
    (events) => {
      for (const event of events) {
        const id = settledLetterId(event);
        if (id !== null) settled.add(id);
      }
    },
    signal,
  );
  await reader.readAll(
    deadTopic,
    async (events) => {
      for (const event of events) {
        const id = `${event.partition}-${event.offset}`;
        if (settledLetterId(event) !== null || settled.has(id)) continue;
        await handle({ id, origin: deadLetterOrigin(event), event });
      }
    },
    signal,
  );
}

/**
 * Settles open dead letters and returns their ids. `replay` first publishes each event to its topic, so after a crash it
 * is published again and never lost. Dead letters without content stay open. Throws `UnavailableError`, or
 * `RefusedError` when a topic refuses an event again.
 */
export async function settleDeadLetters(
  log: DeadLetterLog,
  which: ReadonlySet<string> | "all",
  by: Settlement,
  signal: AbortSignal,
  onSettled: (count: number) => void = () => {},
): Promise<readonly string[]> {
  const settled: string[] = [];
  let batch: DeadLetter[] = [];
  const flush = async (): Promise<void> => {
    if (batch.length === 0) return;
    if (by === "replay")
      await publishAll(
        log,
        batch.flatMap(({ event }) => originalEvent(event) ?? []),
      );
    await publishAll(
      log,
      batch.map(({ id }) => settlementOf(id, by, log.clock.now(), log.deadTopic)),
    );
    settled.push(...batch.map(({ id }) => id));
    onSettled(settled.length);
    batch = [];
  };
  await readOpenDeadLetters(
    log,
    async (letter) => {
      if (which !== "all" && !which.has(letter.id)) return;
      if (by === "replay" && originalEvent(letter.event) === null) return;
      batch.push(letter);
      if (batch.length >= REPLAY_BATCH) await flush();
    },
    signal,
  );
  await flush();
  return settled;
}

async function publishAll({ publisher }: DeadLetterLog, events: readonly Event[]): Promise<void> {
  const outcomes = await publisher.publish(events);
  const refused = outcomes.find((outcome) => outcome.kind === "refused");
  if (refused?.kind === "refused") throw new RefusedError(refused.code, refused.reason);
  const unknown = outcomes.find((outcome) => outcome.kind === "unknown");
  if (unknown?.kind === "unknown") throw new UnavailableError(unknown.reason);
}
