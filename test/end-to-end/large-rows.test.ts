// A relay in little memory, with far more in its outbox than fits.
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { aDeployment, type Deployment } from "../harness/deployment.ts";
import { eventually } from "../harness/eventually.ts";
import { kcat } from "../harness/kafka/kcat.ts";

const ROWS = 1_000;
const ROW_BYTES = 900 * 1024;
const MEMORY_LIMIT_MIB = 512;

let deployment: Deployment;

beforeAll(async () => {
  deployment = await aDeployment();
});

afterAll(() => deployment.remove());

/** The most memory that a process ever held, as Linux counts it. */
function peakMiB(pid: number): number {
  const line = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
  return Number(line?.[1]) / 1024;
}

test("1,000 rows of 900 KiB are relayed, once each, by a relay that may hold 512 MiB", {
  timeout: 240_000,
}, async () => {
  await deployment.run("migrate");
  const topic = `${deployment.topics.checks}.large`;
  await kcat(["-b", deployment.brokers, "-t", topic, "-P"], "first\n");
  await deployment.query(
    `INSERT INTO outbox (topic_name, message_key, payload)
       SELECT $1, 'key-' || n % 100, repeat('x', ${ROW_BYTES}) FROM generate_series(1, ${ROWS}) AS n`,
    [topic],
  );
  const relay = deployment.start("relay");
  const left = async (): Promise<unknown> =>
    (await deployment.query("SELECT count(*)::integer AS count FROM outbox WHERE NOT published"))[0]?.count;
  await eventually("all are published", async () => (await left()) === 0, { timeoutMs: 200_000 });
  expect(peakMiB(relay.pid)).toBeLessThan(MEMORY_LIMIT_MIB);
  const lengths = await kcat(["-b", deployment.brokers, "-t", topic, "-C", "-e", "-q", "-f", "%S "]);
  expect(
    lengths
      .trim()
      .split(" ")
      .filter((length) => length === String(ROW_BYTES)),
  ).toHaveLength(ROWS);
  expect((await relay.stop()).code).toBe(0);
});
