import { describe, expect, test } from "vitest";
import { z } from "zod";
import { routeSchema } from "../../../../src/contract/alerting/alert-settings.ts";
import { explainRoutes, type Routed, routesFor } from "../../../../src/core/alerting/routing/routes.ts";

const shop: Routed = {
  siteId: "7b2f6f6e-0000-4000-8000-000000000001",
  siteName: "shop",
  url: "https://shop.example/",
  tags: ["shop", "eu"],
  severity: "down",
  kind: "site",
};

const routes = (...given: readonly z.input<typeof routeSchema>[]) => z.array(routeSchema).parse(given);
const channelsAt = (given: ReturnType<typeof routes>, incident: Routed, at: string) =>
  routesFor(given, incident, Date.parse(at)).map(({ channels }) => channels.join("+"));
const noon = "2026-12-07T12:00:00Z"; // a Monday

describe("the first route that matches decides", () => {
  const given = routes(
    { match: { tag: "shop", severity: "down" }, channels: ["team"] },
    { match: { site: "https://blog.example/" }, channels: ["writers"] },
    { channels: ["everyone"] },
  );

  test("by tag and severity", () => {
    expect(channelsAt(given, shop, noon)).toEqual(["team"]);
    expect(channelsAt(given, { ...shop, severity: "degraded" }, noon)).toEqual(["everyone"]);
  });

  test("by the site's URL, name or id", () => {
    expect(channelsAt(given, { ...shop, tags: [], url: "https://blog.example/" }, noon)).toEqual(["writers"]);
  });

  test("unless it says to go on", () => {
    const going = routes(
      { match: { tag: "eu" }, channels: ["eu"], continue: true },
      { channels: ["everyone"] },
    );
    expect(channelsAt(going, shop, noon)).toEqual(["eu", "everyone"]);
  });

  test("and where none does, nobody is told", () => {
    expect(channelsAt(routes({ match: { tag: "other" }, channels: ["x"] }), shop, noon)).toEqual([]);
  });
});

describe("routes by time", () => {
  const night = routes({
    match: { days: ["friday"], from: "22:00", to: "06:00", timezone: "Europe/Berlin" },
    channels: ["night"],
  });

  test.for([
    ["2026-12-04T21:30:00Z", ["night"]], // Friday 22:30 in Berlin
    ["2026-12-05T04:30:00Z", ["night"]], // Saturday 05:30: the night of Friday
    ["2026-12-05T05:00:00Z", []], // Saturday 06:00
    ["2026-12-05T21:30:00Z", []], // the night of Saturday
    ["2026-12-04T04:30:00Z", []], // Friday 05:30: the night of Thursday
  ] as const)("a span over midnight belongs to the day on which it begins: %s", ([at, expected]) => {
    expect(channelsAt(night, shop, at)).toEqual(expected);
  });

  test.for([
    ["2026-03-28T21:30:00Z", []], // the evening before the clocks go forward, 22:30 in Berlin
    ["2026-03-29T05:30:00Z", ["day"]], // 07:30 in summer time; it would be 06:30 in winter time
    ["2026-10-25T05:30:00Z", []], // 06:30 in winter time again
  ] as const)("times are those of the wall clock on both sides of its changes: %s", ([at, expected]) => {
    const day = routes({
      match: { from: "07:00", to: "22:00", timezone: "Europe/Berlin" },
      channels: ["day"],
    });
    expect(channelsAt(day, shop, at)).toEqual(expected);
  });
});

describe("routes below a route", () => {
  const tree = routes({
    match: { tag: "shop" },
    channels: ["team"],
    wait: "1m",
    repeatEvery: "1h",
    routes: [
      { match: { severity: "down", kind: "site" }, onCall: ["primary"], wait: "0s" },
      { match: { kind: "not_observed" }, continue: true },
    ],
  });
  const taken = (incident: Routed) => routesFor(tree, incident, Date.parse(noon));

  test("are taken instead of it where they match, and inherit what they do not give", () => {
    expect(taken(shop)).toMatchObject([
      { path: "1.1", channels: [], onCall: ["primary"], waitMs: 0, repeatEveryMs: 3_600_000 },
    ]);
    expect(taken({ ...shop, kind: "not_observed" })).toMatchObject([
      { path: "1.2", channels: ["team"], waitMs: 60_000 },
    ]);
  });

  test("leave it to the route itself where none of them matches", () => {
    expect(taken({ ...shop, severity: "degraded" })).toMatchObject([{ path: "1", channels: ["team"] }]);
  });

  test("are not asked where it does not match", () => {
    expect(taken({ ...shop, tags: [] })).toEqual([]);
  });

  test("a route that only holds others leaves what they do not match to the routes after it", () => {
    const holder = routes(
      { match: { tag: "shop" }, routes: [{ match: { severity: "degraded" }, channels: ["team"] }] },
      { channels: ["everyone"] },
    );
    expect(channelsAt(holder, shop, noon)).toEqual(["everyone"]);
  });

  test("each says why it is taken or not", () => {
    expect(
      explainRoutes(tree, shop, Date.parse(noon)).map(({ route, taken: is, reason }) => [
        route.path,
        is,
        reason,
      ]),
    ).toEqual([
      ["1", false, "route 1.1 is more specific"],
      ["1.1", true, "every condition matches"],
      ["1.2", false, "route 1.1 matched first"],
    ]);
  });
});

test("each route says why it is taken or not", () => {
  const given = routes(
    { match: { tag: "other" }, channels: ["a"] },
    { match: { from: "20:00" }, channels: ["b"] },
    { match: { severity: "degraded" }, channels: ["c"] },
    { match: { tag: "shop" }, channels: ["d"] },
    { channels: ["e"] },
  );
  expect(explainRoutes(given, shop, Date.parse(noon)).map(({ reason }) => reason)).toEqual([
    'the site does not have the tag "other"',
    "it is monday 12:00 in UTC",
    "the severity is down",
    "every condition matches",
    "route 4 matched first",
  ]);
});

test.for([
  [{ channels: [] }, "channels"],
  [{ channels: ["a"], match: { timezone: "Mars/Olympus" } }, "timezone"],
  [{ channels: ["a"], match: { from: "25:00" } }, "from"],
  [{ channels: ["a"], mach: {} }, "mach"],
] as const)("%j is refused by the name of what is wrong", ([given, field]) => {
  const parsed = routeSchema.safeParse(given);
  expect(parsed.success ? "" : z.prettifyError(parsed.error)).toContain(field);
});
