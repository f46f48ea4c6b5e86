// How the pipeline stands, as every face tells it.
import { expect, test } from "vitest";
import { readStatus } from "../../../src/apps/operations/status.ts";
import { UnavailableError } from "../../../src/core/failures.ts";
import { aSite, resultOf } from "../../services/postgres/repository/ground.ts";
import { openResources } from "./opened.ts";

async function statusOf(failure: Error | null) {
  const { database, clock, signal } = await openResources();
  const stored = aSite({ name: "stored" });
  await database.sites.save([stored, aSite({ enabled: false })]);
  // A running monitor was told this one on its command line.
  const watched = aSite();
  await database.results.record([resultOf(stored, 3), resultOf(watched, 1), resultOf(aSite(), 60)]);
  const eventLog = {
    description: "a log",
    reader: database.logReader,
    publisher: database.logPublisher,
    deadTopic: "sitewire.checks.dead",
    lag: async () => {
      if (failure !== null) throw failure;
      return [{ topic: "t", partition: 0, committed: 1n, end: 4n, lag: 3n }];
    },
  };
  return await readStatus(
    {
      database,
      description: "a database",
      queue: database.outboxQueue({ afterParked: "wait" }),
      eventLog,
      clock,
      signal,
    },
    { namedSites: [stored, aSite(), watched] },
  );
}

test("counts sites of the table and of the command line, each once, and tells lag and the newest result", async () => {
  const status = await statusOf(null);
  expect(status).toMatchObject({
    database: "a database",
    eventLog: "a log",
    sites: { enabled: 3, disabled: 1, outsideTable: 2 },
    outbox: { unpublished: 0, parked: 0, oldestAgeMs: null },
    consumer: { lag: 3, partitions: 1 },
    openDeadLetters: 0,
    failure: null,
  });
  expect(status.newestResultAgeMs).toBeGreaterThanOrEqual(60_000);
});

test("a log that can't be asked is told in the status", async () => {
  expect(await statusOf(new UnavailableError("no broker answers"))).toMatchObject({
    consumer: null,
    openDeadLetters: null,
    failure: "no broker answers",
  });
});
