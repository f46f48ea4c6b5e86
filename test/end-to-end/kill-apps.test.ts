// The three apps as processes of their own, each killed again and again, and Kafka stopped for a while: every result
// that was committed to the outbox is one row in the end.
import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";
import { afterEach, beforeEach, expect, test } from "vitest";
import { prepareKnownLoad, startKnownLoad } from "../chaos/known-load.ts";
import { observe, openTransactions } from "../chaos/observation.ts";
import { awaitQuiet } from "../chaos/quiet.ts";
import { judge } from "../chaos/rules.ts";
import { Supervisor } from "../chaos/supervisor.ts";
import { aDeployment, type Deployment } from "../harness/deployment.ts";
import { type KafkaCluster, startKafka } from "../harness/kafka/kafka.ts";
import { aWebsite, type Website } from "../harness/servers/website.ts";

const ROWS = 10_000;
const ROWS_PER_SECOND = 500;
const KAFKA_AWAY_MS = 3000;
const QUIET_WITHIN_MS = 150_000;

let kafka: KafkaCluster;
let deployment: Deployment;
let website: Website;
let supervisor: Supervisor;

beforeEach(async () => {
  kafka = await startKafka();
  deployment = await aDeployment({ brokers: kafka.brokers });
  website = await aWebsite();
  supervisor = new Supervisor({
    folder: deployment.folder,
    environment: deployment.environment,
    commands: {
      monitor: ["monitor", website.url, "--every", "1s"],
      relay: ["relay"],
      consumer: ["consume"],
    },
  });
});

afterEach(async () => {
  await supervisor.killAll();
  await deployment.remove();
  await kafka.stop();
  await website.goAway();
});

test("kill -9 of each app in turn, and Kafka away for a while, during 10,000 results: each is one row", {
  timeout: 400_000,
}, async () => {
  const { databaseUrl, topics, environment } = deployment;
  expect(await deployment.run("migrate")).toMatchObject({ code: 0 });
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await prepareKnownLoad(client);
  await client.end();
  for (const role of ["monitor", "relay", "consumer"] as const) supervisor.start(role);
  const load = startKnownLoad({
    seed: 5,
    databaseUrl,
    topic: topics.checks,
    sites: 40,
    writers: 4,
    rowsPerSecond: ROWS_PER_SECOND,
    rows: ROWS,
  });
  let written = false;
  const finished = load.done.then(() => {
    written = true;
  });
  const [node] = kafka.nodes;
  while (!written) {
    for (const role of ["monitor", "relay", "consumer"] as const) {
      // The load goes on meanwhile: it is what each of them is killed in the middle of.
      await delay(2000);
      supervisor.kill(role, 0);
    }
    await node?.stop();
    await delay(KAFKA_AWAY_MS);
    await node?.start();
  }
  await finished;
  await supervisor.leaveAll("monitor");
  const observed = { databaseUrl, brokers: kafka.brokers, topics, group: environment.KAFKA_GROUP ?? "" };
  expect(await awaitQuiet(observed, QUIET_WITHIN_MS)).toBe(null);
  await Promise.all([supervisor.leaveAll("relay"), supervisor.leaveAll("consumer")]);
  const found = await observe(observed);
  expect(found.written.length).toBeGreaterThanOrEqual(ROWS);
  expect(found.outbox.length).toBeGreaterThan(found.written.length);
  expect(judge(found, load).filter(({ broken }) => broken.length > 0)).toEqual([]);
  expect(await openTransactions(databaseUrl, 0)).toEqual([]);
  expect(supervisor.surprises).toEqual([]);
});
