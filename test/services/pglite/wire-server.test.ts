// One engine, several clients: each must have it to itself for a statement and for a transaction.
import path from "node:path";
import type { PGlite } from "@electric-sql/pglite";
import pg from "pg";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { inThread } from "../../../src/services/pglite/client-streams.ts";
import { startEngine } from "../../../src/services/pglite/engine.ts";
import { WireServer } from "../../../src/services/pglite/wire-server.ts";
import { eventually } from "../../harness/eventually.ts";
import { removeFolder, temporaryFolder } from "../../harness/temporary-folder.ts";

/** As the engine numbers errors (WASI). */
const ENOSPC = 51;

let parent: string;
let engine: PGlite;
let server: WireServer;

beforeAll(async () => {
  parent = await temporaryFolder("wire");
  engine = await startEngine(path.join(parent, "database"));
  server = new WireServer({ engine, onPanic: () => {}, idleInTransactionMs: 60_000 });
  await engine.exec("CREATE TABLE counted (id serial, who text)");
});

afterAll(async () => {
  await server.close();
  await engine.close();
  await removeFolder(parent);
});

async function aClient(of = server): Promise<pg.Client> {
  const client = new pg.Client({
    stream: () => inThread((stream) => of.serve(stream)),
    user: "postgres",
  });
  client.on("error", () => {});
  await client.connect();
  onTestFinished(() => client.end().catch(() => {}));
  return client;
}

test("statements with parameters of many clients at once do not mix", async () => {
  const clients = await Promise.all(Array.from({ length: 8 }, () => aClient()));
  const answers = await Promise.all(
    clients.map(async (client, who) => {
      const sums: unknown[] = [];
      for (let count = 0; count < 25; count += 1) {
        const { rows } = await client.query("SELECT $1::integer + $2::integer AS sum", [who, count]);
        sums.push(rows[0]?.sum);
      }
      return sums;
    }),
  );
  expect(answers).toEqual(clients.map((_, who) => Array.from({ length: 25 }, (_, count) => who + count)));
});

test("what others do waits until a transaction is over, and none of it is part of that", async () => {
  const [inside, outside] = [await aClient(), await aClient()];
  await inside.query("BEGIN");
  await inside.query("INSERT INTO counted (who) VALUES ('inside')");
  let isDone = false;
  const waiting = outside.query("INSERT INTO counted (who) VALUES ('outside')").then(() => {
    isDone = true;
  });
  const { rows } = await inside.query("SELECT who FROM counted");
  expect(rows).toEqual([{ who: "inside" }]);
  expect(isDone).toBe(false);
  await inside.query("ROLLBACK");
  await waiting;
  expect((await outside.query("SELECT who FROM counted")).rows).toEqual([{ who: "outside" }]);
  await outside.query("DELETE FROM counted");
});

test("an error in a transaction keeps it failed until it is rolled back, and the next one is fine", async () => {
  const client = await aClient();
  await client.query("BEGIN");
  await expect(client.query("SELECT 1 / $1::integer", [0])).rejects.toMatchObject({ code: "22012" });
  await expect(client.query("SELECT 1")).rejects.toMatchObject({ code: "25P02" });
  await client.query("ROLLBACK");
  expect((await client.query("SELECT 1 AS one")).rows).toEqual([{ one: 1 }]);
});

test("a client that goes away within a transaction takes nothing with it but that transaction", async () => {
  const [leaving, staying] = [await aClient(), await aClient()];
  await leaving.query("BEGIN");
  await leaving.query("INSERT INTO counted (who) VALUES ('leaving')");
  leaving.connection.stream.destroy();
  expect((await staying.query("SELECT who FROM counted")).rows).toEqual([]);
});

test("a client that goes away while it waits leaves its place in the queue", async () => {
  const [busy, leaving, staying] = [await aClient(), await aClient(), await aClient()];
  await busy.query("BEGIN");
  const lost = leaving.query("INSERT INTO counted (who) VALUES ('lost')").catch(() => "lost");
  const waiting = staying.query("SELECT 42 AS answer");
  leaving.connection.stream.destroy();
  expect(await lost).toBe("lost");
  await busy.query("COMMIT");
  expect((await waiting).rows).toEqual([{ answer: 42 }]);
});

test("a client that is silent within a transaction is cut off, and the others go on", async () => {
  const strict = new WireServer({ engine, onPanic: () => {}, idleInTransactionMs: 20 });
  const [silent, staying] = [await aClient(strict), await aClient(strict)];
  await silent.query("BEGIN");
  await silent.query("INSERT INTO counted (who) VALUES ('silent')");
  expect((await staying.query("SELECT who FROM counted")).rows).toEqual([]);
  await expect(silent.query("COMMIT")).rejects.toThrow();
});

test("a notification reaches the clients that listen, whoever sent it", async () => {
  const [listening, sending] = [await aClient(), await aClient()];
  const heard: (string | undefined)[] = [];
  listening.on("notification", ({ payload }) => heard.push(payload));
  await listening.query("LISTEN news");
  await sending.query("NOTIFY news, 'first'");
  await listening.query("NOTIFY news, 'own'");
  await eventually("both are heard", () => heard.length === 2);
  expect(heard).toEqual(["first", "own"]);
});

test("a megabyte goes in and comes out", async () => {
  const client = await aClient();
  const large = "ä".repeat(1_000_000);
  const { rows } = await client.query<{ text: string }>("SELECT $1::text AS text", [large]);
  expect(rows[0]?.text === large).toBe(true);
});

test("bytes that are no PostgreSQL client's end the connection, and no other", async () => {
  const stray = inThread((stream) => server.serve(stream));
  stray.write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
  await eventually("it is hung up on", () => stray.destroyed);
  expect((await (await aClient()).query("SELECT 1 AS one")).rows).toEqual([{ one: 1 }]);
});

test("an engine that gives up, as on a full disk, is not asked again, and nobody is told of success", async () => {
  const folder = path.join(parent, "full");
  const doomed = await startEngine(folder);
  const { promise: panicked, resolve: onPanic } = Promise.withResolvers<string>();
  const own = new WireServer({ engine: doomed, onPanic, idleInTransactionMs: 60_000 });
  const client = await aClient(own);
  await client.query("CREATE TABLE filling AS SELECT 'first' AS text");
  const { FS } = doomed.Module;
  FS.filesystems.NODEFS.stream_ops.write = () => {
    throw new FS.ErrnoError(ENOSPC);
  };
  const writing = client.query("INSERT INTO filling VALUES ('more')").then(
    () => "told of success",
    () => "cut off",
  );
  expect(await panicked).toMatch(/No space left on device/);
  client.connection.stream.destroy();
  expect(await writing).toBe("cut off");
  // The disk has space again: what was not acknowledged may be gone, the folder is sound.
  const recovered = await startEngine(folder);
  expect((await recovered.query("SELECT * FROM filling")).rows.length).toBeLessThanOrEqual(2);
  await recovered.close();
});
