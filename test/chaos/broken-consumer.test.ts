// The test of the test: the rules that pass the consumer must catch one that commits offsets before its transaction.
import { fileURLToPath } from "node:url";
import pg from "pg";
import { afterEach, beforeEach, expect, test } from "vitest";
import { aDeployment, type Deployment } from "../harness/deployment.ts";
import { eventually } from "../harness/eventually.ts";
import { type RunningSitewire, startSitewire } from "../harness/sitewire.ts";
import { type KnownLoad, prepareKnownLoad, startKnownLoad } from "./known-load.ts";
import { type Observed, observe, readOffsets } from "./observation.ts";
import { awaitQuiet } from "./quiet.ts";
import { judge } from "./rules.ts";

const QUIET_WITHIN_MS = 90_000;
const timeout = 180_000;
const ROWS = 500;

let deployment: Deployment;
let observed: Observed;
let load: KnownLoad;
let locker: pg.Client;
const consumers: RunningSitewire[] = [];

beforeEach(async () => {
  deployment = await aDeployment();
  const { databaseUrl, brokers, topics, environment } = deployment;
  observed = { databaseUrl, brokers, topics, group: environment.KAFKA_GROUP ?? "" };
  expect(await deployment.run("migrate")).toMatchObject({ code: 0 });
  locker = new pg.Client({ connectionString: databaseUrl });
  await locker.connect();
  await prepareKnownLoad(locker);
  load = startKnownLoad({
    seed: 1,
    databaseUrl,
    topic: topics.checks,
    sites: 8,
    writers: 2,
    rowsPerSecond: 5000,
    rows: ROWS,
  });
  deployment.start("relay");
  await load.done;
});

afterEach(async () => {
  await Promise.all(consumers.splice(0).map((consumer) => consumer.stop("SIGKILL")));
  await locker.end();
  await deployment.remove();
});

/** A static member: who comes back under its name does not wait until the group has given up the one who died. */
function startConsumer(program?: string): RunningSitewire {
  const consumer = startSitewire(["consume"], {
    folder: deployment.folder,
    environment: { ...deployment.environment, KAFKA_INSTANCE_ID: "consumer" },
    ...(program === undefined ? {} : { program }),
  });
  consumers.push(consumer);
  return consumer;
}

/** Kills a consumer while the table is locked, that is with batches in its hands that it can't have recorded. */
async function killWithBatchesInHand(program?: string): Promise<void> {
  await locker.query("BEGIN");
  await locker.query("LOCK TABLE check_results IN ACCESS EXCLUSIVE MODE");
  const consumer = startConsumer(program);
  await eventually("a batch waits for the table", isWaiting, { timeoutMs: 30_000 });
  if (program !== undefined) await eventually("offsets are committed all the same", isCommitted);
  await consumer.stop("SIGKILL");
  await locker.query("ROLLBACK");
}

async function isWaiting(): Promise<boolean> {
  const { rowCount } = await locker.query(
    "SELECT FROM pg_locks WHERE NOT granted AND relation = 'check_results'::regclass",
  );
  return (rowCount ?? 0) > 0;
}

async function isCommitted(): Promise<boolean> {
  const offsets = await readOffsets(observed);
  return offsets.some(({ committed }) => (committed ?? 0) > 0);
}

async function brokenRules(): Promise<readonly string[]> {
  startConsumer();
  expect(await awaitQuiet(observed, QUIET_WITHIN_MS)).toBe(null);
  const rulings = judge(await observe(observed), load);
  return rulings.filter(({ broken }) => broken.length > 0).map(({ rule }) => rule);
}

test("a consumer killed with batches in its hands loses nothing", { timeout }, async () => {
  await killWithBatchesInHand();
  expect(await brokenRules()).toEqual([]);
});

test("one that commits its offsets before it records is found out", { timeout }, async () => {
  await killWithBatchesInHand(fileURLToPath(import.meta.resolve("./broken-consumer.ts")));
  expect(await brokenRules()).toEqual([
    "every identity in the outbox is one row of check_results",
    "offsets are committed to the end, and what is committed is recorded",
  ]);
});
