import { expect, test } from "vitest";
import {
  addRoute,
  moveRoute,
  removeRoute,
  replaceRoute,
} from "../../../../dashboard/src/settings/routes/route-tree.ts";
import { routeOf, routeValuesOf } from "../../../../dashboard/src/settings/routes/route-values.ts";
import type { WrittenRoute } from "../../../../src/contract/api/alerting/routes.ts";

const to = (channel: string, ...routes: WrittenRoute[]): WrittenRoute => ({
  channels: [channel],
  ...(routes.length === 0 ? {} : { routes }),
});
const tree = [to("a"), to("b", to("b1"), to("b2")), to("c")];

test("a route is changed, added, moved and removed at any depth, and the others stay", () => {
  expect(replaceRoute(tree, [1, 0], to("new"))).toEqual([to("a"), to("b", to("new"), to("b2")), to("c")]);
  expect(addRoute(tree, [], to("d"))).toEqual([...tree, to("d")]);
  expect(addRoute(tree, [0], to("a1"))).toEqual([to("a", to("a1")), ...tree.slice(1)]);
  expect(moveRoute(tree, [1, 1], -1)).toEqual([to("a"), to("b", to("b2"), to("b1")), to("c")]);
  expect(moveRoute(tree, [2], 1)).toEqual(tree);
  expect(removeRoute(tree, [0])).toEqual(tree.slice(1));
});

test("a route that loses its last inner one has no empty list, which the server would refuse", () => {
  expect(removeRoute(removeRoute(tree, [1, 0]), [1, 0])).toEqual([to("a"), to("b"), to("c")]);
});

test("the form writes a route as it was, inner routes included", () => {
  const route: WrittenRoute = {
    match: {
      tag: "shop",
      severity: "down",
      days: ["monday"],
      from: "22:00",
      to: "06:00",
      timezone: "Europe/Berlin",
    },
    channels: ["ops"],
    onCall: ["primary"],
    escalate: [{ after: "15m", channels: ["boss"] }],
    wait: "30s",
    groupBy: ["host"],
    repeatEvery: "1h",
    continue: true,
    routes: [to("inner")],
  };
  expect(routeOf(routeValuesOf(route, "UTC"), route)).toEqual(route);
  expect(routeOf(routeValuesOf(null, "UTC"), null)).toEqual({});
});
