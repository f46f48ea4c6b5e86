// Whatever an application puts into its outbox: the relay lives, and every row is published, parked with a reason, or
// waits behind a parked row of its key.
import fc from "fast-check";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { aDeployment, type Deployment } from "../harness/deployment.ts";
import { eventually } from "../harness/eventually.ts";
import { kcat } from "../harness/kafka/kcat.ts";

let deployment: Deployment;
let topic: string;

beforeAll(async () => {
  deployment = await aDeployment();
  topic = `${deployment.topics.checks}.hostile`;
  await deployment.run("migrate");
  await kcat(["-b", deployment.brokers, "-t", topic, "-P"], "first\n");
});

afterAll(() => deployment.remove());

/** Any text that the database takes. */
const text = fc
  .string({ unit: "binary", maxLength: 300 })
  .map((given) => given.toWellFormed().replaceAll("\u0000", "\ufffd"));
const long = fc.constantFrom(300, 3_008, 10_000, 70_000, 1_100_000).map((length) => "k".repeat(length));

const row = fc.record({
  topic: fc.oneof(
    { weight: 5, arbitrary: fc.constant("") },
    text,
    long,
    fc.constantFrom(".", "..", "a/b", " "),
  ),
  key: fc.oneof(fc.constant(null), fc.constantFrom("a", "b"), text, long),
  headers: fc.oneof(
    fc.constant("{}"),
    fc
      .dictionary(text, fc.oneof(text, fc.double({ noNaN: true, noDefaultInfinity: true }), fc.boolean()))
      .map((h) => JSON.stringify(h)),
    fc.constantFrom(
      '{"__proto__": "x", "constructor": 1e308}',
      `{"deep": ${"[".repeat(2_000)}${"]".repeat(2_000)}}`,
      `{"long": "${"h".repeat(1_200_000)}"}`,
      '{"": ""}',
    ),
  ),
  payload: fc.oneof(fc.constant(null), text, long),
  bytes: fc.boolean(),
});

test("no row ends the relay, and each is settled by itself", { timeout: 240_000 }, async () => {
  const relay = deployment.start("relay");
  await relay.line(/relay started/);
  let hasEnded = false;
  void relay.ended.then(() => {
    hasEnded = true;
  });
  const client = new pg.Client({ connectionString: deployment.databaseUrl });
  await client.connect();
  try {
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 20, maxLength: 60 }), async (rows) => {
        for (const given of rows) {
          const { payload, bytes } = given;
          await client.query(
            `INSERT INTO outbox (topic_name, message_key, headers, payload, payload_bytes)
             VALUES ($1, $2, $3::jsonb, $4, $5)`,
            [
              given.topic === "" ? topic : given.topic,
              given.key,
              given.headers,
              bytes ? null : payload,
              bytes && payload !== null ? Buffer.from(payload) : null,
            ],
          );
        }
        await eventually(
          "every row is settled",
          async () => {
            if (hasEnded) throw new Error(`the relay ended: ${relay.stderr.slice(-3).join(" ")}`);
            const { rows: left } = await client.query(
              `SELECT id, left(topic_name, 40) AS topic, left(message_key, 40) AS key, octet_length(message_key) AS key_bytes,
                 octet_length(topic_name) AS topic_bytes, left(headers::text, 60) AS headers,
                 octet_length(headers::text) AS header_bytes, octet_length(payload) AS bytes, waits_for
               FROM outbox AS row WHERE NOT published AND parked_at IS NULL AND NOT EXISTS (
                 SELECT FROM outbox AS parked WHERE parked.parked_at IS NOT NULL AND parked.id < row.id
                   AND parked.message_key = row.message_key AND parked.topic_name = row.topic_name)`,
            );
            if (left.length > 0) throw new Error(JSON.stringify(left.slice(0, 3)));
            return true;
          },
          { timeoutMs: 60_000 },
        );
      }),
      { numRuns: 15, endOnFailure: true },
    );
    const { rows: unexplained } = await client.query(
      "SELECT id FROM outbox WHERE parked_at IS NOT NULL AND (park_code = '' OR park_reason = '')",
    );
    expect(unexplained).toEqual([]);
    const { rows: counts } = await client.query(
      "SELECT count(*) FILTER (WHERE published)::integer AS published, count(*) FILTER (WHERE parked_at IS NOT NULL)::integer AS parked FROM outbox",
    );
    expect(counts[0].published).toBeGreaterThan(10);
    expect(counts[0].parked).toBeGreaterThan(10);
  } finally {
    await client.end();
  }
  expect((await relay.stop()).code).toBe(0);
});
