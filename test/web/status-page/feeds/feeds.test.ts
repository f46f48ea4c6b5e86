// What programs read of a status page, checked by other programs: schemas, an independent calendar parser, and the form
// that Atlassian documents for summary.json.
import { readFileSync } from "node:fs";
import ical from "ical.js";
import { describe, expect, test } from "vitest";
import { validateXML } from "xmllint-wasm";
import { z } from "zod";
import { statusPageSchema } from "../../../../src/contract/settings/status-page.ts";
import type { IncidentView, StatusPageView } from "../../../../src/core/status-pages/page-view.ts";
import { atomFeed, rssFeed } from "../../../../src/web/status-page/feeds/feeds.ts";
import { maintenanceCalendar } from "../../../../src/web/status-page/feeds/maintenance-calendar.ts";
import { summary } from "../../../../src/web/status-page/feeds/summary.ts";

const address = "https://status.shop.example";
const addresses = { status: address, atom: `${address}/feed.atom`, rss: `${address}/feed.rss` };
const nowMs = Date.parse("2026-11-25T12:00:00Z");
const HOUR_MS = 3_600_000;

const site = {
  siteId: "6f1c7a0e-0000-4000-8000-000000000001",
  key: "shop",
  name: `Shop & <Friends> "im Netz"`,
  description: null,
  standing: "down",
  uptime: 0.9987,
  coverage: 0.5,
  days: [],
  responseTimeMs: 120,
} as const;

const written: IncidentView = {
  id: "6f1c7a0e-0000-4000-8000-000000000002",
  title: "Payments & <cards> fail ]]>",
  impact: "major",
  sites: [site.name],
  siteIds: [site.siteId],
  sinceMs: nowMs - 2 * HOUR_MS,
  resolvedAtMs: null,
  updates: [
    {
      position: 2,
      state: "identified",
      text: "It is the bank.\n\nInvoices work; “really” ✓.",
      atMs: nowMs - HOUR_MS,
    },
    { position: 1, state: "investigating", text: "We look <into> it.", atMs: nowMs - 2 * HOUR_MS },
  ],
};

const detected: IncidentView = {
  ...written,
  id: "6f1c7a0e-0000-4000-8000-000000000003",
  title: null,
  updates: [],
  sinceMs: nowMs - 30 * HOUR_MS,
  resolvedAtMs: nowMs - 29 * HOUR_MS,
};

const window = {
  name: "Move to a new hall; with commas, and a very long name that does not fit into one line of a calendar file",
  sites: [],
  siteIds: [],
  recurring: false,
};

const view: StatusPageView = {
  page: statusPageSchema.parse({
    slug: "shop",
    title: "Shop & Co",
    groups: [{ name: "Everything", sites: [] }],
  }),
  readAtMs: nowMs,
  standing: "partial outage",
  groups: [{ name: "Everything", sites: [site] }],
  missing: [],
  openIncidents: [written],
  pastIncidents: [detected],
  activeMaintenance: [{ ...window, id: "maintenance-1", fromMs: nowMs - HOUR_MS, untilMs: nowMs + HOUR_MS }],
  plannedMaintenance: [
    {
      ...window,
      id: "maintenance-2",
      name: "Backup",
      sites: [site.name],
      fromMs: nowMs + 24 * HOUR_MS,
      untilMs: nowMs + 25 * HOUR_MS,
    },
  ],
};

const quiet: StatusPageView = {
  ...view,
  standing: "operational",
  openIncidents: [],
  pastIncidents: [],
  activeMaintenance: [],
  plannedMaintenance: [],
};

const states = [
  ["with incidents", view],
  ["without any", quiet],
  ["in German", { ...view, page: { ...view.page, language: "de" as const } }],
] as const;

async function problemsOf(xml: string, grammar: string): Promise<readonly string[]> {
  const schema = readFileSync(new URL(grammar, import.meta.url), "utf8");
  const { errors } = await validateXML({ xml, schema, extension: "relaxng" });
  return errors.map(({ message }) => message);
}

describe.each(states)("a page %s", (_, shown) => {
  test("is an Atom feed by the grammar of RFC 4287, whose entries have ids of their own", async () => {
    const xml = atomFeed(shown, addresses);
    expect(await problemsOf(xml, "atom.rng")).toEqual([]);
    const ids = [...xml.matchAll(/<id>(.*?)<\/id>/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(xml).toContain(`<link rel="self" href="${addresses.atom}"/>`);
  });

  test("is an RSS 2.0 feed", async () => {
    expect(await problemsOf(rssFeed(shown, addresses), "rss.rng")).toEqual([]);
  });

  test("is a calendar that another program reads, with events of their own", () => {
    const text = maintenanceCalendar(shown, "status.shop.example");
    const calendar = new ical.Component(ical.parse(text));
    expect([calendar.getFirstPropertyValue("version"), calendar.getFirstPropertyValue("prodid")]).toEqual([
      "2.0",
      expect.stringContaining("Sitewire"),
    ]);
    const events = calendar.getAllSubcomponents("vevent");
    const given = [...shown.activeMaintenance, ...shown.plannedMaintenance];
    expect(
      events.map((event) => {
        const { summary: name, startDate, endDate } = new ical.Event(event);
        return [name, startDate.toJSDate().getTime(), endDate.toJSDate().getTime()];
      }),
    ).toEqual(given.map(({ name, fromMs, untilMs }) => [name, fromMs, untilMs]));
    // RFC 5545, section 3.6.1: both are required; section 3.1: lines end with CRLF and have at most 75 octets.
    for (const name of ["uid", "dtstamp"]) {
      expect(events.every((event) => event.getFirstPropertyValue(name) !== null)).toBe(true);
    }
    const uids = events.map((event) => event.getFirstPropertyValue("uid"));
    expect(new Set(uids).size).toBe(given.length);
    const lines = text.split("\r\n");
    expect(lines.some((line) => line.includes("\n") || Buffer.byteLength(line) > 75)).toBe(false);
  });

  test("is a summary in the form that Atlassian documents", () => {
    const parsed = atlassianSummarySchema.parse(JSON.parse(JSON.stringify(summary(shown, address))));
    expect(parsed.incidents).toHaveLength(shown.openIncidents.length);
    const groups = parsed.components.filter(({ group }) => group).map(({ id }) => id);
    expect(parsed.components.every(({ group_id }) => group_id === null || groups.includes(group_id))).toBe(
      true,
    );
  });
});

test("the feeds say what people wrote, without letting it become markup", () => {
  for (const xml of [atomFeed(view, addresses), rssFeed(view, addresses)]) {
    expect(xml).toContain("It is the bank.<br><br>Invoices work; “really” ✓.");
    expect(xml).not.toMatch(/<cards>|<into>/);
  }
});

const instant = z.iso.datetime();
const state = z.enum(["investigating", "identified", "monitoring", "resolved", "postmortem"]);
const maintenanceState = z.enum(["scheduled", "in_progress", "verifying", "completed"]);

/** https://metastatuspage.com/api/v2, "Summary"; what it does not list may be added. */
const componentSchema = z.looseObject({
  id: z.string(),
  name: z.string(),
  status: z.enum([
    "operational",
    "degraded_performance",
    "partial_outage",
    "major_outage",
    "under_maintenance",
  ]),
  created_at: instant,
  updated_at: instant,
  position: z.int(),
  description: z.string().nullable(),
  showcase: z.boolean(),
  group_id: z.string().nullable(),
  page_id: z.string(),
  group: z.boolean(),
  only_show_if_degraded: z.boolean(),
});

const incidentFields = {
  id: z.string(),
  name: z.string(),
  created_at: instant,
  updated_at: instant,
  monitoring_at: instant.nullable(),
  resolved_at: instant.nullable(),
  shortlink: z.url(),
  started_at: instant,
  page_id: z.string(),
  components: z.array(componentSchema),
};

const updateSchema = z.looseObject({
  id: z.string(),
  status: z.union([state, maintenanceState]),
  body: z.string(),
  incident_id: z.string(),
  created_at: instant,
  updated_at: instant,
  display_at: instant,
});

const atlassianSummarySchema = z.looseObject({
  page: z.looseObject({
    id: z.string(),
    name: z.string(),
    url: z.url(),
    time_zone: z.string(),
    updated_at: instant,
  }),
  status: z.looseObject({
    indicator: z.enum(["none", "minor", "major", "critical", "maintenance"]),
    description: z.string(),
  }),
  components: z.array(componentSchema),
  incidents: z.array(
    z.looseObject({
      ...incidentFields,
      status: state,
      impact: z.enum(["none", "minor", "major", "critical"]),
      incident_updates: z.array(updateSchema),
    }),
  ),
  scheduled_maintenances: z.array(
    z.looseObject({
      ...incidentFields,
      status: maintenanceState,
      impact: z.enum(["none", "minor", "major", "critical", "maintenance"]),
      scheduled_for: instant,
      scheduled_until: instant,
      incident_updates: z.array(updateSchema),
    }),
  ),
});
