/** The form of a message in the dead-letter topic: the unchanged message with its origin and the reason in headers. */
import type { ConsumedEvent, Event } from "../../contract/events/event.ts";
import { toStorableText } from "../../contract/storable-text.ts";

const HEADER_PREFIX = "sitewire_dead_";
const CONTENT_OMITTED_HEADER = `${HEADER_PREFIX}content_omitted`;
const LONGEST_REASON = 1000;
const SETTLES_HEADER = "sitewire_settles";

export type Settlement = "replay" | "discard";

export interface DeadLetterReason {
  readonly code: string;
  readonly reason: string;
}

/**
 * Creates the dead letter of an event: the unchanged event, plus headers with its origin and the reason. When the event
 * cannot be decoded, the dead letter has only those headers. `diedAtMs` is in milliseconds since the epoch.
 */
export function deadLetterOf(
  event: Event & Pick<ConsumedEvent, "partition" | "offset">,
  why: DeadLetterReason,
  diedAtMs: number,
  deadTopic: string,
): Event {
  const origin = {
    [`${HEADER_PREFIX}code`]: why.code,
    [`${HEADER_PREFIX}reason`]: toStorableText(why.reason, LONGEST_REASON),
    [`${HEADER_PREFIX}topic`]: event.topic,
    [`${HEADER_PREFIX}partition`]: String(event.partition),
    [`${HEADER_PREFIX}offset`]: String(event.offset),
    [`${HEADER_PREFIX}at`]: new Date(diedAtMs).toISOString(),
  };
  try {
    const { key, value, headers, binary } = event;
    return { topic: deadTopic, key, value, headers: { ...headers, ...origin }, binary };
  } catch {
    return withoutContent({ topic: deadTopic, key: null, value: null, headers: origin });
  }
}

/** Stands for the place of an event that never was in its topic. */
export const NEVER_PUBLISHED = -1;

/** Creates the dead letter of an event that could not even be appended to the outbox, so that it has no place in a topic. */
export function deadLetterOfUnpublished(
  event: Event,
  why: DeadLetterReason,
  diedAtMs: number,
  deadTopic: string,
): Event {
  const place = { partition: NEVER_PUBLISHED, offset: BigInt(NEVER_PUBLISHED) };
  return deadLetterOf({ ...event, ...place }, why, diedAtMs, deadTopic);
}

/** Removes the event's key, value and headers from a dead letter. Its origin still identifies the message. */
export function withoutContent(letter: Event): Event {
  const origin = Object.entries(letter.headers).filter(([name]) => name.startsWith(HEADER_PREFIX));
  const headers = { ...Object.fromEntries(origin), [CONTENT_OMITTED_HEADER]: "true" };
  return { topic: letter.topic, key: null, value: null, headers };
}

export interface DeadLetterOrigin extends DeadLetterReason {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  readonly diedAt: string;
}

/** Reads the origin and reason of a dead letter; null when Sitewire did not write it. */
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
 * Creates the event that marks a dead letter as settled. It is appended to the same topic, because an event log cannot
 * delete single events: a dead letter is open while no such event names it.
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

/** Returns the id of the dead letter that an event of the dead-letter topic settles; null when it settles none. */
export function settledLetterId(event: Event): string | null {
  return event.headers[SETTLES_HEADER] ?? null;
}

/**
 * Restores the original event, for publishing it to its topic again. Returns null when that is impossible: the dead
 * letter has no origin, or its content was omitted.
 */
export function originalEvent(letter: Event): Event | null {
  const origin = deadLetterOrigin(letter);
  if (origin === null || letter.headers[CONTENT_OMITTED_HEADER] !== undefined) return null;
  const headers = Object.entries(letter.headers).filter(([name]) => !name.startsWith(HEADER_PREFIX));
  const { key, value, binary } = letter;
  return { topic: origin.topic, key, value, headers: Object.fromEntries(headers), binary };
}
