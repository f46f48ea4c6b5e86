// How the pipeline stands, as every face tells it.
import { expect, test } from "vitest";
import { readStatus } from "../../../../src/apps/operations/pipeline/status.ts";
import type { Site } from "../../../../src/contract/checks/site.ts";
import type { Database } from "../../../../src/core/database.ts";
import { UnavailableError } from "../../../../src/core/failures.ts";
import { systemClock } from "../../../../src/services/process/clock.ts";
import { aSite, resultOf } from "../../../services/postgres/repository/ground.ts";
import { openResources } from "../opened.ts";

async function statusOf(failure: Error | null) {
  const { database } = await openResources();
  const stored = aSite({ name: "stored" });
  await database.sites.save([stored, aSite({ enabled: false })]);
  // A running monitor was told this one on its command line.
  const watched = aSite();
  await database.results.record([resultOf(stored, 3), resultOf(watched, 1), resultOf(aSite(), 60)]);
  return await statusOver(database, [stored, aSite(), watched], failure);
}

async function statusOver(database: Database, namedSites: readonly Site[], failure: Error | null = null) {
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
      clock: systemClock,
      signal: new AbortController().signal,
    },
    { namedSites },
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

test("a site of a command line counts as soon as a monitor watches it, until that monitor stops", async () => {
  const { database } = await openResources();
  const described = { source: "command line" as const, sites: [aSite()], by: "a monitor" };
  const counted = async () => (await statusOver(database, [])).sites;
  await database.sites.describe(described, { again: false });
  expect(await counted()).toEqual({ enabled: 1, disabled: 0, outsideTable: 1 });
  await database.sites.forget("another monitor");
  expect(await counted()).toMatchObject({ enabled: 1 });
  await database.sites.forget("a monitor");
  expect(await counted()).toEqual({ enabled: 0, disabled: 0, outsideTable: 0 });
});
