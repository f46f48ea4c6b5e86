// Events for tests, with everything that a test doesn't care about filled in.
import type { Event } from "../../../src/contract/events/event.ts";

export function anEvent(given: Partial<Omit<Event, "value">> & { readonly text?: string } = {}): Event {
  const { text = "{}", ...rest } = given;
  return { topic: "orders", key: "order-1", headers: {}, value: new TextEncoder().encode(text), ...rest };
}

export function textOf(event: Event): string | null {
  return event.value === null ? null : new TextDecoder().decode(event.value);
}
