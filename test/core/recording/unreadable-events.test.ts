import { expect, test } from "vitest";
import { readCheckResult } from "../../../src/contract/checks/read-check-result.ts";
import { ReadResults } from "../../../src/core/recording/read-results.ts";
import { aConsumedEvent } from "../../harness/consumed-event.ts";

test("an event whose record the log can't read is refused with the log's own reason", () => {
  const event = { ...aConsumedEvent({ offset: 7n }), unreadable: "its records unpack to more than may be" };
  const results = new ReadResults([event], readCheckResult);
  expect([...results]).toEqual([]);
  expect(results.refused.get(event)).toEqual({ code: "unreadable", reason: event.unreadable });
});
