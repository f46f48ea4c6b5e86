/** Publishes events that cannot be recorded to the dead-letter topic, and retries while that topic cannot be written. */
import type { ConsumedEvent, Event } from "../../contract/events/event.ts";
import type { Clock } from "../clock.ts";
import type { EventPublisher } from "../events/ports.ts";
import { publishUntilDecided } from "../events/publish-until-decided.ts";
import { UnavailableError } from "../failures.ts";
import type { Log } from "../log.ts";
import { retryWhileUnavailable } from "../running/retrying.ts";
import { type DeadLetterReason, deadLetterOf, withoutContent } from "./dead-letter.ts";

export interface DeadLetterOptions {
  readonly deadLetters: EventPublisher;
  readonly deadTopic: string;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Publishes one dead letter per event. When the topic refuses a dead letter, publishes it without its content; its
 * headers still identify the message. When the topic refuses that too, the topic itself is at fault (deleted, or write
 * access denied), and all remaining dead letters are retried until they succeed. Rejects with the signal's reason when it
 * aborts.
 */
export async function publishDeadLetters(
  refused: ReadonlyMap<ConsumedEvent, DeadLetterReason>,
  options: DeadLetterOptions,
  signal: AbortSignal,
): Promise<void> {
  const { deadLetters, deadTopic, log, clock } = options;
  const diedAtMs = clock.now();
  let letters = [...refused].map(([event, why]) => deadLetterOf(event, why, diedAtMs, deadTopic));
  const publish = async (): Promise<void> => {
    const failing = await publishAll(letters);
    letters = letters.filter((letter) => failing.has(letter));
    const bare = new Map(letters.map((letter) => [withoutContent(letter), letter]));
    const failingBare = await publishAll([...bare.keys()]);
    letters = [...failingBare.keys()].flatMap((letter) => bare.get(letter) ?? []);
    const [reason] = failingBare.values();
    if (reason !== undefined) throw new UnavailableError(reason);
  };
  const publishAll = async (events: readonly Event[]): Promise<ReadonlyMap<Event, string>> => {
    if (events.length === 0) return new Map();
    const patient = { what: "dead-letter topic", log, signal };
    const decisions = await publishUntilDecided(deadLetters, events, patient);
    return new Map(
      events.flatMap((event, index) => {
        const decision = decisions[index];
        return decision?.kind === "refused" ? [[event, decision.reason] as const] : [];
      }),
    );
  };
  await retryWhileUnavailable(publish, { what: "dead-letter topic", log, signal });
}
