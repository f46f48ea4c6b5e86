// Whatever arrives, in either form: the recorder goes on, each message is recorded or a dead letter with a reason, and
// what was recorded can be read again.
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type CheckResult, checkResultSchema } from "../../../../src/contract/checks/check-result.ts";
import { DAY_MS } from "../../../../src/contract/duration.ts";
import { checkResultEvent } from "../../../../src/contract/events/cloud-events.ts";
import type { ConsumedEvent } from "../../../../src/contract/events/event.ts";
import type { Database } from "../../../../src/core/database.ts";
import { deadLetterOrigin } from "../../../../src/core/recording/dead-letter.ts";
import { createRecorder } from "../../../../src/core/recording/recorder.ts";
import { CountedLog } from "../../../../src/core/running/counted-log.ts";
import { openPostgres } from "../../../../src/services/postgres/database.ts";
import { systemClock } from "../../../../src/services/process/clock.ts";
import { aConsumedEvent } from "../../../harness/consumed-event.ts";
import type { TestDatabase } from "../../../harness/postgres/postgres-database.ts";
import { sharedPostgres } from "../../../harness/shared.ts";
import { settingsOf } from "../ground.ts";
import { quietLog } from "../quiet-log.ts";
import { aSite, resultOf } from "../repository/ground.ts";

const ORIGINAL_TOPIC = "original";

let server: TestDatabase;
let database: Database;

beforeAll(async () => {
  server = await sharedPostgres().createDatabase();
  database = await openPostgres({ settings: settingsOf(server.url), log: quietLog });
  await database.migrate();
});

afterAll(async () => {
  await database.close();
  await server.drop();
});

const hostileText = fc.oneof(
  fc.constantFrom(
    "",
    "\u0000",
    "\ud800",
    "a\udc00b",
    "😀",
    "%",
    "%00",
    "'; --",
    "\\",
    '"',
    "\u2028",
    "__proto__",
    "NaN",
  ),
  fc.constantFrom(
    "0000-01-01T00:00:00.000Z",
    "9999-12-31T23:59:59.999Z",
    "+275760-09-13T00:00:00.000Z",
    "2026-02-30T00:00:00.000Z",
  ),
  fc.constantFrom(
    "https://example.org/",
    "http://[::1",
    "javascript:0",
    `https://example.org/${"p".repeat(5000)}`,
  ),
  fc.constantFrom("n".repeat(200), "n".repeat(201), "n".repeat(300), "😀".repeat(600), "\u0001".repeat(64)),
  fc.string({ unit: "binary", maxLength: 300 }),
);
const hostileNumber = fc.oneof(
  fc.constantFrom(
    0,
    -0,
    -1,
    0.5,
    1e-320,
    1e306,
    1e308,
    1.7e18,
    1.7e9,
    1.7e12,
    2 ** 31,
    2 ** 53,
    86_400_000,
    86_400_001,
  ),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer(),
);
const hostileValue = fc.oneof(
  hostileText,
  hostileNumber,
  fc.boolean(),
  fc.constant(null),
  fc.jsonValue({ maxDepth: 3 }),
);

/** An object with some of its fields, nested ones among them, replaced by hostile values. */
function spoilt(valid: object): fc.Arbitrary<object> {
  const paths = pathsOf(valid);
  return fc
    .array(fc.tuple(fc.constantFrom(...paths), hostileValue), { maxLength: 3 })
    .map((changes) => changes.reduce((object, [path, value]) => replaced(object, path, value), valid));
}

function pathsOf(object: object): readonly (readonly string[])[] {
  return Object.entries(object).flatMap(([name, value]) =>
    value !== null && typeof value === "object"
      ? [[name], ...pathsOf(value).map((path) => [name, ...path])]
      : [[name]],
  );
}

function replaced(object: object, [name = "", ...rest]: readonly string[], value: unknown): object {
  const inner: unknown = Object.entries(object).find(([key]) => key === name)?.[1];
  const isNested = rest.length > 0 && inner !== null && typeof inner === "object";
  return { ...object, [name]: isNested ? replaced(inner, rest, value) : value };
}

/** Hostile JSON that no serialiser writes, such as numbers beyond any double, comes in place of a marker. */
function bytesOf(object: object): Uint8Array {
  return Buffer.from(JSON.stringify(object).replaceAll("1e+308", "1e999"));
}

const result = fc.integer({ min: 0, max: 10_000 }).chain((minutesAgo) =>
  spoilt(
    resultOf(aSite(), minutesAgo, {
      verdict: "down",
      error: { code: "internal", message: "no" },
      siteName: "shop",
      failedExpectations: [{ expectation: "status", expected: "200", found: "500" }],
    } satisfies Partial<CheckResult>),
  ).map(bytesOf),
);
const original = spoilt({
  data: {
    site_id: "https://example.org/",
    status_code: 200,
    response_time: 0.25,
    has_regexp: true,
    created: new Date().toISOString().replace("T", " ").replace("Z", ""),
    comments: "fine",
  },
}).map(bytesOf);
const headers = fc.dictionary(hostileText, hostileText, { maxKeys: 2 });

test("no message ends the recorder, and whatever it recorded can be read again", async () => {
  const message = fc.record({
    isOriginal: fc.boolean(),
    result: fc.oneof(
      { weight: 8, arbitrary: result },
      { weight: 1, arbitrary: fc.uint8Array() },
      { weight: 1, arbitrary: fc.constant(null) },
    ),
    original: fc.oneof({ weight: 8, arbitrary: original }, { weight: 1, arbitrary: fc.uint8Array() }),
    key: fc.option(hostileText),
    headers,
  });
  await fc.assert(
    fc.asyncProperty(fc.array(message, { minLength: 1, maxLength: 12 }), async (messages) => {
      for (const isOriginal of [false, true]) {
        const events = messages
          .filter((each) => each.isOriginal === isOriginal)
          .map((each, index) => {
            const value = isOriginal ? each.original : each.result;
            return aConsumedEvent({
              offset: BigInt(index),
              timestampMs: Date.now(),
              key: each.key,
              headers: each.headers,
              value,
            });
          });
        await recordAll(isOriginal ? ORIGINAL_TOPIC : "checks", events);
      }
      for (const found of await database.history.results({ limit: 1000 })) {
        expect(checkResultSchema.parse(found)).toEqual(found);
      }
    }),
    { numRuns: 100 },
  );
  const nowMs = Date.now();
  const uptimes = await database.uptime.daily({ fromMs: nowMs - 10 * DAY_MS, toMs: nowMs });
  expect(uptimes.length).toBeGreaterThan(0);
  for (const { meanResponseTimesMs } of uptimes) {
    for (const mean of meanResponseTimesMs) expect(mean ?? 0).toBeLessThanOrEqual(DAY_MS);
  }
});

test.each([
  ["a name of 300 characters", { data: { site_id: "n".repeat(300), status_code: 200 } }, ORIGINAL_TOPIC],
  ["half of a surrogate pair", { data: { site_id: "\ud800", status_code: 200 } }, ORIGINAL_TOPIC],
  ["a time in nanoseconds", { data: { site_id: 1, created: 1.7e18 } }, ORIGINAL_TOPIC],
  ["a response time of 1e306", { ...resultOf(aSite(), 1), responseTimeMs: 1e306 }, "checks"],
])("a message with %s is a dead letter beside a good one, not the end", async (_what, message, topic) => {
  const good =
    topic === ORIGINAL_TOPIC
      ? Buffer.from('{"data":{"site_id":2,"status_code":200}}')
      : checkResultEvent(resultOf(aSite(), 1)).value;
  const events = [bytesOf(message), good].map((value) =>
    aConsumedEvent({ value, timestampMs: Date.now() - 1000 }),
  );
  expect(await recordAll(topic, events)).toEqual({ received: 2, inserted: 1, dead: 1 });
});

async function recordAll(topic: string, events: readonly ConsumedEvent[]): Promise<object> {
  const origins: ReturnType<typeof deadLetterOrigin>[] = [];
  const outcomes: { received: number; inserted: number; dead: number }[] = [];
  const handle = createRecorder({
    store: database.results,
    deadLetters: {
      async publish(letters) {
        const decisions = await database.logPublisher.publish(letters);
        const taken = letters.filter((_, index) => decisions[index]?.kind === "acknowledged");
        origins.push(...taken.map(deadLetterOrigin));
        return decisions;
      },
      async close() {},
    },
    deadTopic: "dead",
    originalTopic: ORIGINAL_TOPIC,
    window: { aheadMs: 300_000, keepMs: 90 * DAY_MS },
    counted: new CountedLog(systemClock),
    clock: systemClock,
    log: quietLog,
    onRecorded: (outcome) => outcomes.push(outcome),
  });
  await handle({ topic, partition: 0, events }, new AbortController().signal);
  const [outcome] = outcomes;
  if (outcome === undefined) throw new Error("the batch was not done");
  expect(outcome.received).toBe(events.length);
  expect(outcome.inserted + outcome.dead).toBeLessThanOrEqual(events.length);
  expect(origins).toHaveLength(outcome.dead);
  expect(origins.every((origin) => (origin?.reason ?? "") !== "" && origin?.code !== "unexpected")).toBe(
    true,
  );
  return outcome;
}
