// Who would be told of an incident, before there is one.
import { expect, test } from "vitest";
import { z } from "zod";
import { explainAlerts } from "../../../../src/apps/operations/alerting/explain-alerts.ts";
import { routeSchema } from "../../../../src/contract/alerting/alert-settings.ts";
import { maintenanceWindowSchema } from "../../../../src/contract/alerting/maintenance-window.ts";
import { rotationSchema } from "../../../../src/contract/alerting/on-call-settings.ts";
import { FailureError } from "../../../../src/contract/errors.ts";

const resources = {
  routes: z.array(routeSchema).parse([{ match: { tag: "shop" }, channels: ["team"] }, { channels: ["ops"] }]),
  onCall: {},
  windows: [
    maintenanceWindowSchema.parse({
      name: "move",
      start: "2026-12-06T02:00",
      duration: "1h",
      tags: ["shop"],
    }),
  ],
  sites: [
    { id: "1", name: "shop", url: "https://shop.example/", tags: ["shop"] },
    { id: "2", name: null, url: "https://blog.example/", tags: [] },
  ],
};
const asked = (site: string, at: string) => ({
  site,
  severity: "down" as const,
  kind: "site" as const,
  atMs: Date.parse(at),
});

test("each route says whether it is taken, and a maintenance that would hold it back is named", () => {
  const { routes, maintenance } = explainAlerts(resources, asked("shop", "2026-12-06T02:30Z"));
  expect(routes.map(({ taken }) => taken)).toEqual([true, false]);
  expect(maintenance?.name).toBe("move");
  const other = explainAlerts(resources, asked("https://blog.example/", "2026-12-06T02:30Z"));
  expect(other.routes.map(({ taken }) => taken)).toEqual([false, true]);
  expect(other.maintenance).toBeNull();
});

test("who is on call is told for the moment at which each message is due", () => {
  const primary = rotationSchema.parse({
    timezone: "Europe/Berlin",
    people: { ada: ["ada-phone"], bob: ["bob-phone"] },
    layers: [{ order: ["ada", "bob"], start: "2026-12-07", at: "09:00" }],
  });
  const routes = z
    .array(routeSchema)
    .parse([{ onCall: ["primary"], wait: "0s", escalate: [{ after: "15m", onCall: ["primary"] }] }]);
  const explained = explainAlerts(
    { ...resources, routes, onCall: { primary } },
    asked("shop", "2026-12-14T07:50:00Z"),
  );
  expect(explained.routes[0]?.onCall.map(({ onCall }) => [onCall?.person, onCall?.channels])).toEqual([
    ["ada", ["ada-phone"]],
    // The hand-over is at 09:00 in Berlin, ten minutes later.
    ["bob", ["bob-phone"]],
  ]);
});

test("a site that is not known is a failure that says where to look", () => {
  expect(() => explainAlerts(resources, asked("nobody", "2026-12-06T02:30Z"))).toThrow(
    new FailureError("no site has the id, name or URL nobody; see: sitewire sites list"),
  );
});
