import { describe, expect, test } from "vitest";
import { defineSite } from "../../../src/contract/checks/site.ts";
import { DueQueue } from "../../../src/core/scheduling/due-queue.ts";

const first = defineSite({ url: "https://first.example/" });
const second = defineSite({ url: "https://second.example/" });

describe("the due queue", () => {
  test("hands out checks in the order of their slots, and only those that are due", () => {
    const queue = new DueQueue();
    queue.schedule(second, 2000);
    queue.schedule(first, 1000);
    expect(queue.nextDueMs()).toBe(1000);
    expect(queue.takeDue(1500)?.site).toBe(first);
    expect(queue.takeDue(1500)).toBeUndefined();
    expect(queue.takeDue(2000)?.site).toBe(second);
    expect(queue.size).toBe(0);
  });

  test("a rescheduled site stands at its new slot only", () => {
    const queue = new DueQueue();
    queue.schedule(first, 1000);
    queue.schedule(first, 3000);
    expect(queue.takeDue(2000)).toBeUndefined();
    expect(queue.takeDue(3000)).toEqual({ site: first, slotMs: 3000, dueMs: 3000 });
    expect(queue.takeDue(9000)).toBeUndefined();
  });

  test("a removed site is not checked any more", () => {
    const queue = new DueQueue();
    queue.schedule(first, 1000);
    queue.schedule(second, 2000);
    queue.remove(first.id);
    expect(queue.nextDueMs()).toBe(2000);
    expect(queue.takeDue(5000)?.site).toBe(second);
  });
});
