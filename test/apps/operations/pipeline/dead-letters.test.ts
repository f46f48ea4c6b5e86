// Messages that could not be recorded, as every face deals with them; the database is the event log.
import { expect, test } from "vitest";
import {
  listDeadLetters,
  settle,
  showDeadLetter,
} from "../../../../src/apps/operations/pipeline/dead-letters.ts";
import { FailureError } from "../../../../src/contract/errors.ts";
import { openResources } from "../opened.ts";

const deadTopic = "sitewire.checks.dead";

async function withForeignLetters(count: number) {
  const { database, clock, signal } = await openResources();
  const { logReader: reader, logPublisher: publisher } = database;
  await publisher.publish(
    Array.from({ length: count }, (_, index) => ({
      topic: deadTopic,
      key: null,
      headers: {},
      value: new TextEncoder().encode(`letter ${index}`),
    })),
  );
  return { deadLetters: { deadTopic, reader, publisher, clock }, signal };
}

test("open letters are listed up to a limit, shown by id, and gone once they are discarded", async () => {
  const resources = await withForeignLetters(3);
  const letters = await listDeadLetters(resources, { limit: 2 });
  expect(letters).toHaveLength(2);
  const id = letters[0]?.id ?? "";
  expect(await showDeadLetter(resources, id)).toMatchObject({ id, origin: null });
  expect(await settle(resources, { ids: [id], by: "discard" })).toBe(1);
  expect(await listDeadLetters(resources, { limit: 10 })).toHaveLength(2);
  await expect(showDeadLetter(resources, id)).rejects.toThrow(FailureError);
  await expect(settle(resources, { ids: [id], by: "discard" })).rejects.toThrow(`the id ${id}`);
  expect(await settle(resources, { ids: "all", by: "discard" })).toBe(2);
});
