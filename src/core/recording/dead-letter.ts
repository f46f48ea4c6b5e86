/** A message that can't be recorded, on its way to the dead-letter topic: untouched, with its reason and origin. */
import type { ConsumedEvent, Event } from "../../contract/event.ts";

const HEADER_PREFIX = "sitewire_dead_";
const SETTLES_HEADER = "sitewire_settles";

export type Settlement = "replay" | "discard";

export interface DeadLetterReason {
  readonly code: string;
  readonly reason: string;
}

/** The dead letter of an event, for the dead-letter topic. `diedAtMs` is milliseconds since the epoch. */
export function deadLetterOf(
  event: ConsumedEvent,
  why: DeadLetterReason,
  diedAtMs: number,
  deadTopic: string,
): Event {
  return {
    topic: deadTopic,
    key: event.key,
    value: event.value,
    headers: {
      ...event.headers,
      [`${HEADER_PREFIX}code`]: why.code,
      [`${HEADER_PREFIX}reason`]: why.reason,
      [`${HEADER_PREFIX}topic`]: event.topic,
      [`${HEADER_PREFIX}partition`]: String(event.partition),
      [`${HEADER_PREFIX}offset`]: String(event.offset),
      [`${HEADER_PREFIX}at`]: new Date(diedAtMs).toISOString(),
    },
  };
}

/** The same dead letter without its value, for a log that refuses the whole: where it came from still tells. */
export function withoutValue(letter: Event): Event {
  return {
    ...letter,
    value: null,
    headers: { ...letter.headers, [`${HEADER_PREFIX}value_omitted`]: "true" },
  };
}

export interface DeadLetterOrigin extends DeadLetterReason {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  readonly diedAt: string;
}

/** Where a dead letter came from and why it died; null when the event is no dead letter of ours. */
export function deadLetterOrigin(letter: Event): DeadLetterOrigin | null {
  const header = (name: string): string | undefined => letter.headers[`${HEADER_PREFIX}${name}`];
  const [code, reason, topic, offset, diedAt] = ["code", "reason", "topic", "offset", "at"].map(header);
  if (code === undefined || reason === undefined || topic === undefined) return null;
  return {
    code,
    reason,
    topic,
    partition: Number(header("partition")),
    offset: offset ?? "",
    diedAt: diedAt ?? "",
  };
}

/**
 * The note that a dead letter is dealt with, appended to the same topic: a log forgets nothing, so what is open is
 * what no note speaks of.
 */
export function settlementOf(letterId: string, by: Settlement, atMs: number, deadTopic: string): Event {
  return {
    topic: deadTopic,
    key: letterId,
    value: null,
    headers: {
      [SETTLES_HEADER]: letterId,
      sitewire_settled_by: by,
      sitewire_settled_at: new Date(atMs).toISOString(),
    },
  };
}

/** Id of the dead letter that an event of the dead-letter topic settles; null when it settles none. */
export function settledLetterId(event: Event): string | null {
  return event.headers[SETTLES_HEADER] ?? null;
}

/** The event as it was before it died, to be published to its topic once more. Null as for `deadLetterOrigin`. */
export function revivedEvent(letter: Event): Event | null {
  const origin = deadLetterOrigin(letter);
  if (origin === null) return null;
  const headers = Object.entries(letter.headers).filter(([name]) => !name.startsWith(HEADER_PREFIX));
  return { topic: origin.topic, key: letter.key, value: letter.value, headers: Object.fromEntries(headers) };
}
