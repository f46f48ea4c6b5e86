import { expect, test } from "vitest";
import { VisibleRows } from "../../../../src/services/postgres/outbox/visible-rows.ts";

test("without writers everything seen is visible", () => {
  expect(new VisibleRows().see({ highestId: 7n, writers: [] })).toBe(7n);
});

test("what was seen while others wrote is visible once those have ended, however many write now", () => {
  const rows = new VisibleRows();
  expect(rows.see({ highestId: 7n, writers: ["3/1", "4/1"] })).toBe(0n);
  expect(rows.see({ highestId: 9n, writers: ["4/1", "5/1"] })).toBe(0n);
  expect(rows.see({ highestId: 12n, writers: ["5/1"] })).toBe(7n);
  expect(rows.see({ highestId: 14n, writers: ["6/1"] })).toBe(12n);
});

test("a transaction that is prepared meanwhile has not ended", () => {
  const rows = new VisibleRows();
  rows.see({ highestId: 7n, writers: ["3/1"] });
  expect(rows.see({ highestId: 9n, writers: ["-1/755"] })).toBe(0n);
  expect(rows.see({ highestId: 9n, writers: [] })).toBe(9n);
});

test("an outbox that was emptied does not move it back", () => {
  const rows = new VisibleRows();
  rows.see({ highestId: 7n, writers: [] });
  expect(rows.see({ highestId: 0n, writers: [] })).toBe(7n);
});
