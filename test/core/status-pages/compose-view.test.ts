import { describe, expect, test } from "vitest";
import type { z } from "zod";
import { maintenanceWindowSchema } from "../../../src/contract/alerting/maintenance-window.ts";
import { defineSite } from "../../../src/contract/checks/site.ts";
import { statusPageSchema } from "../../../src/contract/settings/status-page.ts";
import type { Incident } from "../../../src/core/incidents/ports.ts";
import { composeView, type PageKnowledge } from "../../../src/core/status-pages/compose-view.ts";
import type { Notice } from "../../../src/core/status-pages/ports.ts";
import type { SiteKnowledge } from "../../../src/core/status-pages/site-knowledge.ts";

const nowMs = Date.parse("2026-11-25T16:00:00Z");
const HOUR_MS = 3_600_000;

const shop = defineSite({ url: "https://shop.example/?token=secret", tags: ["shop"] });
const api = defineSite({ url: "https://api.example/", name: "API", tags: ["shop", "core"] });

function known(site: SiteKnowledge["site"], rest: Partial<SiteKnowledge> = {}): SiteKnowledge {
  return { site, verdict: "up", days: [], responseTimeMs: 12, ...rest };
}

function anIncident(rest: Partial<Incident>): Incident {
  return {
    id: "6f1c7a0e-0000-4000-8000-000000000001",
    siteId: api.id,
    siteName: "API",
    url: api.url,
    tags: [],
    kind: "site",
    severity: "down",
    state: "open",
    sinceMs: nowMs - HOUR_MS,
    openedAtMs: nowMs - HOUR_MS,
    flapping: false,
    cause: null,
    statusCode: 500,
    acknowledgedAtMs: null,
    acknowledgedBy: null,
    goodSinceMs: null,
    resolvedAtMs: null,
    resolvedBy: null,
    parentId: null,
    ...rest,
  };
}

function compose(page: Partial<z.input<typeof statusPageSchema>>, rest: Partial<PageKnowledge> = {}) {
  return composeView({
    page: statusPageSchema.parse({ slug: "shop", title: "Shop", groups: [{ tags: ["shop"] }], ...page }),
    nowMs,
    sites: [known(shop), known(api)],
    incidents: [],
    notices: [],
    windows: [],
    ...rest,
  });
}

const namesOf = (view: ReturnType<typeof compose>) =>
  view.groups.map(({ sites }) => sites.map(({ name }) => name));

describe("what a page shows", () => {
  test("sites in the order of the page under the page's names, then those of a tag by name", () => {
    const groups = [{ name: "Core", sites: [{ site: "API", name: "Interface" }], tags: ["shop"] }];
    expect(namesOf(compose({ groups }))).toEqual([["Interface", "shop.example"]]);
  });

  test("a site without a name by its host, as its address may hold a secret", () => {
    expect(JSON.stringify(compose({}))).not.toContain("secret");
  });

  test("no site that it does not name, not even in maintenance", () => {
    const windows = [
      maintenanceWindowSchema.parse({
        name: "hidden",
        start: "2026-11-25T15:30",
        duration: "1h",
        sites: ["API"],
      }),
    ];
    const view = compose({ groups: [{ sites: [{ site: shop.url }] }] }, { windows });
    expect(JSON.stringify(view)).not.toContain("API");
    expect(view).toMatchObject({ standing: "operational", activeMaintenance: [] });
  });

  test("a key for the badges of each site, also where two have one name", () => {
    const groups = [
      {
        sites: [
          { site: "API", name: "Käse & Brot" },
          { site: shop.id, name: "Käse & Brot" },
        ],
      },
    ];
    expect(compose({ groups }).groups[0]?.sites.map(({ key }) => key)).toEqual([
      "ka-se-brot",
      "ka-se-brot-2",
    ]);
  });

  test("response times only where the page says so", () => {
    expect(compose({}).groups[0]?.sites[0]?.responseTimeMs).toBeNull();
    expect(compose({ responseTimes: true }).groups[0]?.sites[0]?.responseTimeMs).toBe(12);
  });
});

describe("the state of a site", () => {
  const standing = (rest: Partial<PageKnowledge>) =>
    compose({ groups: [{ sites: [{ site: "API" }] }] }, rest).groups[0]?.sites[0]?.standing;

  test("is that of its incidents: a single failed check is not told to the public", () => {
    expect(standing({ sites: [known(api, { verdict: "down" })] })).toBe("operational");
    expect(standing({ incidents: [anIncident({})] })).toBe("down");
    expect(standing({ incidents: [anIncident({ severity: "degraded" })] })).toBe("degraded");
    expect(standing({ incidents: [anIncident({ state: "resolved" })] })).toBe("operational");
  });

  test("is not observed, pending or paused where nobody knows better", () => {
    expect(standing({ incidents: [anIncident({ kind: "not_observed" })] })).toBe("not observed");
    expect(standing({ sites: [known(api, { verdict: null })] })).toBe("pending");
    expect(standing({ sites: [known({ ...api, enabled: false })] })).toBe("paused");
  });

  test("is maintenance while a window of its runs, whatever its incidents", () => {
    const window = { name: "move", start: "2026-11-25T15:30", duration: "1h", tags: ["core"] };
    const windows = [maintenanceWindowSchema.parse(window)];
    expect(standing({ windows, incidents: [anIncident({})] })).toBe("maintenance");
  });
});

describe("incidents", () => {
  const notice: Notice = {
    id: "6f1c7a0e-0000-4000-8000-000000000002",
    slug: "shop",
    incidentId: "6f1c7a0e-0000-4000-8000-000000000001",
    title: "Payments fail",
    impact: "critical",
    siteIds: [api.id],
    sinceMs: nowMs - HOUR_MS,
    resolvedAtMs: null,
    revision: 1,
    updates: [
      { position: 1, state: "investigating", text: "We look into it.", atMs: nowMs - 50, by: "Ann" },
      { position: 2, state: "identified", text: "It is the database.", atMs: nowMs - 10, by: "Ann" },
    ],
  };

  test("that people write about replace the detected one, newest update first, without who wrote", () => {
    const view = compose({}, { incidents: [anIncident({})], notices: [notice] });
    expect(view.openIncidents).toHaveLength(1);
    expect(view.openIncidents[0]).toMatchObject({ title: "Payments fail", sites: ["API"] });
    expect(view.openIncidents[0]?.updates.map(({ state }) => state)).toEqual(["identified", "investigating"]);
    expect(JSON.stringify(view)).not.toContain("Ann");
  });

  test("behind another one are not told again, nor is that nobody checked", () => {
    const parent = anIncident({ id: "6f1c7a0e-0000-4000-8000-000000000009", siteId: shop.id });
    const behind = anIncident({ parentId: parent.id });
    expect(compose({}, { incidents: [parent, behind] }).openIncidents).toMatchObject([{ id: parent.id }]);
    // Its parent is of a site that the page does not show.
    expect(compose({}, { incidents: [behind] }).openIncidents).toMatchObject([{ id: behind.id }]);
    expect(compose({}, { incidents: [anIncident({ kind: "not_observed" })] }).openIncidents).toEqual([]);
  });

  test("end when the site was well again, and not when that was confirmed", () => {
    const resolved = anIncident({ state: "resolved", goodSinceMs: nowMs - 5000, resolvedAtMs: nowMs });
    const view = compose({}, { incidents: [resolved] });
    expect(view.pastIncidents[0]?.resolvedAtMs).toBe(nowMs - 5000);
  });

  test("that are detected stay off a page that shows only what people write", () => {
    const view = compose({ detectedIncidents: false }, { incidents: [anIncident({})], notices: [] });
    expect(view).toMatchObject({ openIncidents: [], standing: "partial outage" });
  });
});
