// Outbox rows that their topic refused, as every face deals with them.
import { expect, test } from "vitest";
import { discardParked, listOutbox, retryParked } from "../../../../src/apps/operations/pipeline/outbox.ts";
import { FailureError, UsageError } from "../../../../src/contract/errors.ts";
import { openResources } from "../opened.ts";

const LEASE_MS = 60_000;

async function withParkedRows(count: number) {
  const { database } = await openResources();
  const queue = database.outboxQueue({ afterParked: "wait" });
  const events = Array.from({ length: count }, (_, index) => ({
    topic: "orders",
    key: `key ${index}`,
    headers: {},
    value: new TextEncoder().encode(String(index)),
  }));
  await database.outbox.append(events);
  const lanes = await queue.leaseLanes("a relay", LEASE_MS);
  const { rows } = await queue.readUnpublished(lanes, { afterId: 0n, maxRows: 100, maxBytes: 1 << 20 });
  await queue.park(rows.map(({ id }) => ({ id, code: "MESSAGE_TOO_LARGE", reason: "too large" })));
  return { queue, ids: rows.map(({ id }) => String(id)) };
}

test("parked rows are listed, retried and discarded", async () => {
  const { queue, ids } = await withParkedRows(3);
  const [first = "", second = ""] = ids;
  const listed = await listOutbox({ queue }, { limit: 2 });
  expect(listed.backlog).toMatchObject({ parked: 3 });
  expect(listed.parked).toHaveLength(2);
  expect(await retryParked({ queue }, [first])).toBe(1);
  expect(await discardParked({ queue }, [second])).toBe(1);
  expect(await retryParked({ queue }, "all")).toBe(1);
  expect((await listOutbox({ queue }, { limit: 2 })).backlog).toMatchObject({ unpublished: 2, parked: 0 });
});

test("an id of no parked row, and what is no id, are refused", async () => {
  const { queue } = await withParkedRows(1);
  await expect(retryParked({ queue }, ["999999"])).rejects.toThrow(FailureError);
  await expect(discardParked({ queue }, ["one"])).rejects.toThrow(UsageError);
});
