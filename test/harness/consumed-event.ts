// An event as a log hands it over, for tests of what happens to it then.
import type { ConsumedEvent } from "../../src/contract/events/event.ts";

export function aConsumedEvent(given: Partial<Omit<ConsumedEvent, "header">> = {}): ConsumedEvent {
  const headers = given.headers ?? {};
  return {
    topic: "topic",
    partition: 0,
    offset: 0n,
    timestampMs: 0,
    key: null,
    value: null,
    ...given,
    headers,
    header: (name) => headers[name],
  };
}
