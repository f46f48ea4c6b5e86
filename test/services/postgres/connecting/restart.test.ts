// A PostgreSQL server that dies and comes back.
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { UnavailableError } from "../../../../src/core/failures.ts";
import { openPostgres } from "../../../../src/services/postgres/database.ts";
import { eventually } from "../../../harness/eventually.ts";
import { type PostgresServer, startPostgres } from "../../../harness/postgres/postgres.ts";
import { openedAt, settingsOf } from "../ground.ts";
import { quietLog } from "../quiet-log.ts";
import { resultOf } from "../repository/ground.ts";

let server: PostgresServer;

beforeAll(async () => {
  server = await startPostgres();
  const database = await openPostgres({ settings: settingsOf(server.url), log: quietLog });
  await database.migrate();
  await database.close();
});

afterAll(async () => {
  await server.stop();
});

test("a server that is killed while recording, and comes back: everything is there once", async () => {
  const database = await openedAt(server.url);
  const results = Array.from({ length: 40 }, (_, index) =>
    resultOf({ url: "https://killed.example/" }, index + 1),
  );
  let failures = 0;
  const record = async (index: number): Promise<void> => {
    const chunk = results.slice(index, index + 1);
    await eventually(
      "the result is recorded",
      async () => {
        try {
          return (await database.results.record(chunk)) !== undefined;
        } catch (error) {
          expect(error).toBeInstanceOf(UnavailableError);
          failures += 1;
          return false;
        }
      },
      { timeoutMs: 30_000 },
    );
  };
  const recording = (async () => {
    for (let index = 0; index < results.length; index += 1) {
      if (index === 10) await server.kill();
      if (index === 10) void server.start();
      await record(index);
    }
  })();
  await recording;
  expect(failures).toBeGreaterThan(0);
  const recorded = await database.history.results({ site: "https://killed.example/", limit: 100 });
  expect(recorded.map(({ slot }) => slot)).toEqual(results.map(({ slot }) => slot));
});

test("listeners hear again after the server was restarted", async () => {
  const database = await openedAt(server.url);
  const stop = new AbortController();
  onTestFinished(() => stop.abort());
  let heard = 0;
  database.sites.onChanged(() => {
    heard += 1;
  }, stop.signal);
  await eventually("it is connected", () => heard > 0);
  await server.shutDown();
  const before = heard;
  await server.start();
  // The word that something may have been missed.
  await eventually("it is connected again", () => heard > before);
});
