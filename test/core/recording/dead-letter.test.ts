import { expect, test } from "vitest";
import {
  deadLetterOf,
  deadLetterOrigin,
  originalEvent,
  withoutContent,
} from "../../../src/core/recording/dead-letter.ts";
import { aConsumedEvent } from "../../harness/consumed-event.ts";

const event = aConsumedEvent({
  topic: "sitewire.checks",
  partition: 3,
  offset: 42n,
  key: "k",
  headers: { traceparent: "00-1" },
  value: Uint8Array.of(1, 2, 3),
});
const letter = deadLetterOf(event, { code: "unreadable", reason: "not JSON" }, 1_000, "sitewire.checks.dead");

test("a dead letter keeps the message untouched and tells where it came from and why it died", () => {
  expect(letter).toMatchObject({ topic: "sitewire.checks.dead", key: "k", value: event.value });
  expect(letter.headers.traceparent).toBe("00-1");
  expect(deadLetterOrigin(letter)).toEqual({
    code: "unreadable",
    reason: "not JSON",
    topic: "sitewire.checks",
    partition: 3,
    offset: "42",
    diedAt: "1970-01-01T00:00:01.000Z",
  });
});

test("a revived message is the one that died, for its own topic", () => {
  expect(originalEvent(letter)).toEqual({
    topic: "sitewire.checks",
    key: "k",
    headers: { traceparent: "00-1" },
    value: event.value,
  });
});

test("a message that is no dead letter is not revived", () => {
  expect(originalEvent({ topic: "sitewire.checks.dead", key: null, headers: {}, value: null })).toBeNull();
});

test("a dead letter too large for its topic still says where its message is", () => {
  expect(withoutContent(letter).value).toBeNull();
  expect(deadLetterOrigin(withoutContent(letter))?.offset).toBe("42");
  expect(originalEvent(withoutContent(letter))).toBeNull();
});
