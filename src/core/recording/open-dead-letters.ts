/**
 * Dead letters that nobody has dealt with yet. A letter is `open` until a note in the same topic settles it, by
 * `replay` (published again to where it came from) or by `discard`; nothing is ever deleted from the log.
 */
import type { ConsumedEvent, Event } from "../../contract/event.ts";
import type { Clock } from "../clock.ts";
import type { EventLogReader, EventPublisher } from "../events/ports.ts";
import { RefusedError, UnavailableError } from "../failures.ts";
import {
  type DeadLetterOrigin,
  deadLetterOrigin,
  revivedEvent,
  type Settlement,
  settledLetterId,
  settlementOf,
} from "./dead-letter.ts";

export interface DeadLetter {
  /** `partition-offset` in the dead-letter topic. */
  readonly id: string;
  /** Null where someone else put a message without an origin into the topic. */
  readonly origin: DeadLetterOrigin | null;
  readonly event: ConsumedEvent;
}

export interface DeadLetterLog {
  readonly deadTopic: string;
  readonly reader: EventLogReader;
  readonly publisher: EventPublisher;
  readonly clock: Clock;
}

/** Letters published again at a time. */
const REPLAY_BATCH = 500;

/** Hands over every open letter, oldest first within its partition. Throws `UnavailableError`. */
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
 * Settles open letters. `replay` publishes each to its topic first, so that a crash in between replays it again and
 * never loses it; letters that hold no event stay open. Returns the ids that were settled. Throws `UnavailableError`, or `RefusedError` when a topic
 * refuses a letter again.
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
        batch.flatMap(({ event }) => revivedEvent(event) ?? []),
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
      if (by === "replay" && revivedEvent(letter.event) === null) return;
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
