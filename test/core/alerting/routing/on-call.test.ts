// Who is on call, by hand-worked instants.
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { rotationSchema } from "../../../../src/contract/alerting/on-call-settings.ts";
import { onCallAt } from "../../../../src/core/alerting/routing/on-call.ts";

const people = { ada: ["ada-phone"], bob: ["bob-phone"], eve: ["eve-phone"] };
const rotation = (given: Omit<z.input<typeof rotationSchema>, "people">) =>
  rotationSchema.parse({ timezone: "Europe/Berlin", people, ...given });
const personAt = (given: ReturnType<typeof rotation>, at: string) =>
  onCallAt(given, Date.parse(at))?.person ?? "nobody";

describe("weekly turns", () => {
  const weekly = rotation({ layers: [{ order: ["ada", "bob"], start: "2026-03-02", at: "09:00" }] }); // a Monday

  test.for([
    ["2026-03-02T07:59:59Z", "nobody"], // 08:59:59: it has not started
    ["2026-03-02T08:00:00Z", "ada"],
    ["2026-03-09T07:59:59Z", "ada"],
    ["2026-03-09T08:00:00Z", "bob"],
    ["2026-03-23T08:00:00Z", "bob"],
    // The clocks go forward on 29 March: 09:00 is 07:00 UTC from then on.
    ["2026-03-30T06:59:59Z", "bob"],
    ["2026-03-30T07:00:00Z", "ada"],
    // They go back on 25 October: 09:00 is 08:00 UTC again.
    ["2026-10-19T06:59:59Z", "ada"],
    ["2026-10-19T07:00:00Z", "bob"],
    ["2026-10-26T07:59:59Z", "bob"],
    ["2026-10-26T08:00:00Z", "ada"],
  ] as const)("hand over at the same local time on both sides of the changes: %s", ([at, person]) => {
    expect(personAt(weekly, at)).toBe(person);
  });
});

describe("daily turns that hand over in the hour of a change", () => {
  const daily = rotation({
    layers: [{ order: ["ada", "bob"], handOver: "daily", start: "2026-03-27", at: "02:30" }],
  });

  test.for([
    ["2026-03-28T01:29:59Z", "ada"],
    ["2026-03-28T01:30:00Z", "bob"],
    // 02:30 does not exist on 29 March: the hand-over is at 03:30 summer time.
    ["2026-03-29T01:29:59Z", "bob"],
    ["2026-03-29T01:30:00Z", "ada"],
    ["2026-03-30T00:30:00Z", "bob"],
    // 02:30 comes twice on 25 October: the first one counts, and the second changes nothing.
    ["2026-10-25T00:29:59Z", "bob"],
    ["2026-10-25T00:30:00Z", "ada"],
    ["2026-10-25T01:10:00Z", "ada"], // 02:10, for the second time
    ["2026-10-26T01:30:00Z", "bob"],
  ] as const)("change once: %s", ([at, person]) => {
    expect(personAt(daily, at)).toBe(person);
  });
});

describe("layers and overrides", () => {
  const layered = rotation({
    layers: [
      { name: "nights", order: ["eve"], start: "2026-01-01", from: "22:00", to: "06:00", days: ["friday"] },
      { order: ["ada", "bob"], start: "2026-03-02" },
    ],
    overrides: [{ person: "bob", from: "2026-03-04T12:00", to: "2026-03-04T18:00" }],
  });

  test.for([
    ["2026-03-06T20:59:00Z", "ada"], // Friday 21:59
    ["2026-03-06T21:00:00Z", "eve"],
    ["2026-03-07T04:59:00Z", "eve"], // Saturday 05:59: the night of Friday
    ["2026-03-07T05:00:00Z", "ada"],
    ["2026-03-04T10:59:00Z", "ada"],
    ["2026-03-04T11:00:00Z", "bob"],
    ["2026-03-04T17:00:00Z", "ada"],
    ["2026-02-01T12:00:00Z", "nobody"],
  ] as const)("the override decides first, then the first layer on duty: %s", ([at, person]) => {
    expect(personAt(layered, at)).toBe(person);
  });

  test("what put a person on call, and until when, is known", () => {
    expect(onCallAt(layered, Date.parse("2026-03-04T12:00Z"))).toEqual({
      person: "bob",
      channels: ["bob-phone"],
      untilMs: Date.parse("2026-03-04T17:00Z"),
      by: "override",
    });
    expect(onCallAt(layered, Date.parse("2026-03-05T12:00Z"))).toMatchObject({
      untilMs: Date.parse("2026-03-09T08:00Z"),
      by: "layer 2",
    });
  });
});

test("turns follow each other without a gap or an overlap through two years of changes", () => {
  const order = ["ada", "bob", "eve"];
  const daily = rotation({ layers: [{ order, handOver: "daily", start: "2026-01-01", at: "02:30" }] });
  let atMs = Date.parse("2026-01-01T01:30Z");
  for (let turn = 0; turn < 730; turn += 1) {
    const onCall = onCallAt(daily, atMs);
    expect(onCall?.person).toBe(order[turn % 3]);
    expect(onCallAt(daily, (onCall?.untilMs ?? 0) - 1)?.person).toBe(order[turn % 3]);
    const lengthMs = (onCall?.untilMs ?? 0) - atMs;
    expect([82_800_000, 86_400_000, 90_000_000]).toContain(lengthMs);
    atMs = onCall?.untilMs ?? 0;
  }
});

test.for([
  [{ layers: [{ order: ["joe"], start: "2026-01-01" }] }, '"joe" is not one of people: ada, bob, eve'],
  [{ layers: [{ order: ["ada"], start: "2026-02-30" }] }, 'must be a date such as "2026-12-07"'],
  [{ layers: [] }, "layers"],
  [
    {
      layers: [{ order: ["ada"], start: "2026-01-01" }],
      overrides: [{ person: "ada", from: "2026-01-02T09:00", to: "2026-01-01T09:00" }],
    },
    "must be later than from",
  ],
] as const)("%j is refused by the name of what is wrong", ([given, message]) => {
  const parsed = rotationSchema.safeParse({ people, ...given });
  expect(parsed.success ? "" : z.prettifyError(parsed.error)).toContain(message);
});
