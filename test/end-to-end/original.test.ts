// Side by side with the original system: its messages are read as they are, so that it can be switched off without a gap.
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { aDeployment, type Deployment } from "../harness/deployment.ts";
import { eventually } from "../harness/eventually.ts";
import { kcat } from "../harness/kafka/kcat.ts";
import { aWebsite, type Website } from "../harness/servers/website.ts";

let deployment: Deployment;
let website: Website;
let topic: string;

beforeEach(async () => {
  deployment = await aDeployment();
  website = await aWebsite();
  topic = `${deployment.topics.checks}.site-monitor`;
  await writeFile(
    path.join(deployment.folder, "sitewire.yaml"),
    `kafka:\n  readOriginal: true\n  originalTopic: ${topic}\n`,
  );
});

afterEach(async () => {
  await deployment.remove();
  await website.goAway();
});

/** Recent enough not to be dropped by retention. */
const day = new Date(Date.now() - 2 * 86_400_000).toISOString().slice(0, 10);

const original = {
  "https://example.org/": [
    { status_code: 200, response_time: 0.25, has_regexp: true, created: `${day} 10:00:00`, comments: null },
    { status_code: 200, response_time: 0.5, has_regexp: false, created: `${day} 10:10:00`, comments: null },
  ],
  "https://example.com/": [
    {
      status_code: 503,
      response_time: 1.125,
      has_regexp: null,
      created: `${day} 10:00:00.123456`,
      comments: "Service Unavailable",
    },
  ],
};

/** As the original's producer writes them. */
async function produce(): Promise<void> {
  for (const [site_id, results] of Object.entries(original)) {
    for (const result of results) {
      const data = { site_id, ...result, modified: result.created };
      const record = `${JSON.stringify({ site_id })}\u0001${JSON.stringify({ data })}\n`;
      await kcat(["-b", deployment.brokers, "-t", topic, "-P", "-K", "\u0001"], record);
    }
  }
}

async function rows() {
  return await deployment.query(
    `SELECT status_code, response_time, has_regexp, record_date, comments FROM site_monitor
     WHERE site_id IN (SELECT site_id FROM check_results WHERE location = 'original')
     ORDER BY record_date, status_code`,
  );
}

const recorded = [
  {
    status_code: 200,
    response_time: 0.25,
    has_regexp: true,
    record_date: new Date(`${day}T10:00:00Z`),
    comments: null,
  },
  {
    status_code: 503,
    response_time: 1.125,
    has_regexp: null,
    record_date: new Date(`${day}T10:00:00.123Z`),
    comments: "Service Unavailable",
  },
  {
    status_code: 200,
    response_time: 0.5,
    has_regexp: false,
    record_date: new Date(`${day}T10:10:00Z`),
    comments: expect.any(String),
  },
];

test("the original's messages are in its view, once each, also when they are produced again", {
  timeout: 180_000,
}, async () => {
  await produce();
  expect(await deployment.run("migrate")).toMatchObject({ code: 0 });
  const consumer = deployment.start("consume");
  await eventually("all three are recorded", async () => (await rows()).length >= 3, { timeoutMs: 60_000 });
  expect(await rows()).toEqual(recorded);

  await produce();
  await deployment.run("sites", "add", website.url, "--every", "1s");
  deployment.start("monitor");
  deployment.start("relay");
  await eventually(
    "what was produced again is consumed, and our own results beside it",
    async () => {
      const status = await deployment.run("status", "--json");
      const [own] = await deployment.query(
        "SELECT count(*)::int AS count FROM check_results WHERE location <> 'original'",
      );
      return /"lag":0/.test(status.stdout) && Number(own?.count) >= 2;
    },
    { timeoutMs: 90_000, intervalMs: 500 },
  );
  expect(await rows()).toEqual(recorded);
  expect(consumer.stderr.join("\n")).not.toContain("dead letter");
});
