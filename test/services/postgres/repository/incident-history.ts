// A history of more than ten thousand results of 200 sites, with the right incidents worked out beside it: in order,
// shuffled, doubled, all at once and twice, it gives the same ones.
import { expect, test } from "vitest";
import type { CheckResult } from "../../../../src/contract/checks/check-result.ts";
import { DAY_MS } from "../../../../src/contract/duration.ts";
import { seededRandom } from "../../../chaos/random.ts";
import { arrivalsOf, type History, histories } from "../../../core/incidents/histories.ts";
import { aSite, type Ground, resultOf } from "./ground.ts";

const SITES = 200;
const SLOTS = 15;
/** With the order of the locations in a slot, results come at most 1.9 slots late: within the allowed lateness. */
const LATEST_SLOTS = 1.6;
const FAR_FUTURE = "2036-01-01T00:00:00.000Z";

/**
 * Four locations see each of these sites, a letter a slot (histories.ts). The monitor in nyc loses its uplink in the slots
 * 9 and 10 (`?`): what it sees then counts for no site, and what it sees down does not count before slot 12, in which it
 * has seen sites up for a minute.
 */
const stories: readonly (History & { readonly sites: number })[] = [
  {
    what: "one slot is a blip, wherever it is seen",
    sites: 20,
    seen: all("uuuuuuduuuuuuuu", "uuuuuuduu??uuuu"),
    incidents: [],
  },
  {
    what: "down everywhere",
    sites: 20,
    seen: all("uuuuudddduuuuuu", "uuuuudddd??uuuu"),
    incidents: ["down 5-9"],
  },
  {
    what: "half of the locations are no majority; two of the three that are not cut off are",
    sites: 15,
    seen: { ...all("uuuuudddddddddd", "uuuuuuuuu??uuuu"), lon: "uuuuuuuuuuuuuuu" },
    incidents: ["down 9-11"],
  },
  {
    what: "three of four are a majority, and one good slot in between does not end it",
    sites: 15,
    seen: { ...all("uuuuuddudduuuuu", "uuuuuddud??uuuu"), fra: "uuuuuuuuuuuuuuu" },
    incidents: ["down 5-10"],
  },
  {
    what: "slow at first, then down",
    sites: 15,
    seen: all("uuuuugggddddddd", "uuuuugggd??dddd"),
    incidents: ["down 5-"],
  },
  {
    what: "slow twice",
    sites: 15,
    seen: all("uuuugguuuuugguu", "uuuugguuu??gguu"),
    incidents: ["degraded 4-6", "degraded 11-13"],
  },
  {
    what: "one clock a slot ahead, one location nearly a slot late",
    sites: 15,
    seen: all("uuuuuuddduuuuuu", "uuuuuuddd??uuuu"),
    late: Array.from({ length: SLOTS }, (_, slot) => [
      ["fra", slot, -1] as const,
      ["lon", slot, 0.9] as const,
    ]).flat(),
    incidents: ["down 6-9"],
  },
];

function all(letters: string, inNyc: string): History["seen"] {
  return { ams: letters, fra: letters, lon: letters, nyc: inNyc };
}

/** Expires in 20 days. Looked at after these days, and renewed with the last slot. */
const REVIEWED_DAYS = [0, 7, 14, 19.5];
const EXPIRY_STEPS = ["opened", "worsened", "worsened", "worsened", "resolved"];

interface Arrival {
  readonly result: CheckResult;
  /** When it arrives, in slots. */
  readonly at: number;
  /** False where the history itself says when its results arrive. */
  readonly mayBeLater: boolean;
}

interface Scripted {
  readonly sites: readonly ReturnType<typeof aSite>[];
  readonly inOrder: readonly Arrival[];
  readonly startMs: number;
  /** By the site's address, what stands in the history beside it. */
  readonly incidents: Readonly<Record<string, readonly string[]>>;
  /** The address of a site whose certificate, and of one whose domain, expires. */
  readonly expiring: { readonly certificate: string; readonly domain: string };
}

function aHistory(): Scripted {
  const regular = stories.flatMap((story) => Array.from({ length: story.sites }, () => story));
  const odd = histories.map(ofItsOwnLocations);
  const isGood = { what: "good", seen: all("u".repeat(SLOTS), "uuuuuuuuu??uuuu"), incidents: [] };
  const good = Array.from({ length: SITES - regular.length - odd.length }, () => isGood);
  const told = [...good, ...regular, ...odd].map((history: History) => ({
    history,
    site: aSite({ intervalMs: 60_000, incident: history.settings ?? null }),
  }));
  const longest = Math.max(...odd.flatMap(({ seen }) => Object.values(seen)).map(({ length }) => length));
  const slotOf = (slot: number) => longest + 5 - slot;
  const [first, second] = told.map(({ site }) => site.url);
  const expiry = new Date(Date.now() + 20 * DAY_MS).toISOString();
  const inOrder = told.flatMap(({ site, history }) =>
    arrivalsOf(history).map(({ location, slot, outcome, at }) => ({
      at,
      mayBeLater: history.late === undefined,
      result: {
        ...resultOf(site, slotOf(slot), {
          verdict: outcome === "unobserved" ? "down" : outcome,
          intervalMs: 60_000,
          certificateExpiresAt: site.url === first && slot < SLOTS - 1 ? expiry : FAR_FUTURE,
        }),
        location,
        ...(outcome === "unobserved" ? { uplinkDown: true } : {}),
      },
    })),
  );
  return {
    sites: told.map(({ site }) => site),
    inOrder: byArrival(inOrder),
    startMs: Date.parse(resultOf(told[0]?.site ?? aSite(), slotOf(0)).slot),
    incidents: Object.fromEntries(told.map(({ site, history }) => [site.url, history.incidents])),
    expiring: { certificate: first ?? "", domain: second ?? "" },
  };
}

/** No other site has these locations, so that the odd histories do not look like a location that is cut off. */
function ofItsOwnLocations({ seen, late = [], ...history }: History, index: number): History {
  const named = Object.entries(seen).map(([location, letters]) => [`${location}${index}`, letters]);
  return {
    ...history,
    seen: Object.fromEntries(named),
    late: late.map(([location, slot, slotsLate]) => [`${location}${index}`, slot, slotsLate]),
  };
}

function byArrival(arrivals: readonly Arrival[]): readonly Arrival[] {
  return arrivals.toSorted((one, other) => one.at - other.at);
}

/** Each result comes later than its slot, by less than what is allowed. */
function shuffled(arrivals: readonly Arrival[], seed: number): readonly Arrival[] {
  const random = seededRandom(seed);
  return byArrival(
    arrivals.map((each) => ({
      ...each,
      at: each.at + (each.mayBeLater ? random.fraction() * LATEST_SLOTS : 0),
    })),
  );
}

/** Each result comes once more, up to five slots later. */
function doubled(arrivals: readonly Arrival[], seed: number): readonly Arrival[] {
  const random = seededRandom(seed);
  return byArrival(arrivals.flatMap((each) => [each, { ...each, at: each.at + random.fraction() * 5 }]));
}

export function incidentHistoryTests(ground: Ground): void {
  async function record(arrivals: readonly Arrival[], batchSize: number): Promise<void> {
    for (let start = 0; start < arrivals.length; start += batchSize) {
      const batch = arrivals.slice(start, start + batchSize);
      await ground.database.results.record(batch.map(({ result }) => result));
    }
  }

  async function review(afterDays: number): Promise<void> {
    for (const kind of ["certificate", "domain"] as const) {
      await ground.database.expiry.review(kind, Date.now() + afterDays * DAY_MS);
    }
  }

  /** The certificate and the domain come nearer to their ends while the results arrive. */
  async function replay(
    { sites, expiring }: Scripted,
    arrivals: readonly Arrival[],
    batchSize: number,
  ): Promise<void> {
    await ground.database.sites.save(sites);
    await ground.database.domains.noteSites((url) => new URL(url).hostname);
    const domain = new URL(expiring.domain).hostname;
    await ground.database.domains.store(domain, { expiresAtMs: Date.now() + 20 * DAY_MS, reason: null });
    const half = arrivals.findIndex(({ at }) => at >= SLOTS / 2);
    await record(arrivals.slice(0, half), batchSize);
    for (const day of REVIEWED_DAYS) await review(day);
    await record(arrivals.slice(half), batchSize);
    await ground.database.domains.store(domain, { expiresAtMs: Date.now() + 385 * DAY_MS, reason: null });
    await review(19.6);
  }

  const incidentsOf = async () => await ground.database.incidents.list({ limit: 1000 });

  async function expectRightIncidents({ incidents, startMs, expiring }: Scripted): Promise<void> {
    const slotOf = (instantMs: number): number => Math.round((instantMs - startMs) / 60_000);
    const found = await incidentsOf();
    const bySite: Record<string, string[]> = Object.fromEntries(
      Object.keys(incidents).map((url) => [url, []]),
    );
    const ofSites = found.filter(({ kind }) => kind === "site").sort((a, b) => a.sinceMs - b.sinceMs);
    for (const { url, severity, sinceMs, goodSinceMs } of ofSites) {
      bySite[url]?.push(`${severity} ${slotOf(sinceMs)}-${goodSinceMs === null ? "" : slotOf(goodSinceMs)}`);
    }
    expect(bySite).toEqual(incidents);
    const others = found
      .filter(({ kind }) => kind !== "site")
      .map(({ kind, siteName, url, state }) => [kind, siteName ?? url, state]);
    expect(others.sort()).toEqual([
      ["certificate", expiring.certificate, "resolved"],
      ["domain", expiring.domain, "resolved"],
      ["location", "location nyc", "resolved"],
    ]);
    const cutOff = found.find(({ kind }) => kind === "location");
    expect([cutOff?.sinceMs, cutOff?.goodSinceMs].map((each) => slotOf(each ?? 0))).toEqual([9, 12]);
  }

  /** Steps that were published, by incident, in order. */
  async function steps(): Promise<ReadonlyMap<unknown, readonly unknown[]>> {
    const rows = await ground.sql(`
      SELECT payload::jsonb->>'incidentId' AS id, array_agg(payload::jsonb->>'step' ORDER BY outbox.id) AS steps
      FROM outbox WHERE topic_name = 'sitewire.incidents' GROUP BY 1`);
    return new Map(rows.map(({ id, steps: ofOne }) => [id, ofOne as readonly unknown[]]));
  }

  test("in order, as it comes, and the whole of it once more", async () => {
    const history = aHistory();
    expect(history.sites).toHaveLength(SITES);
    expect(history.inOrder.length).toBeGreaterThan(10_000);
    await replay(history, history.inOrder, 252);
    await expectRightIncidents(history);
    const once = await steps();
    for (const { id, kind } of await incidentsOf()) {
      if (kind === "certificate" || kind === "domain") expect(once.get(id)).toEqual(EXPIRY_STEPS);
    }
    await record(history.inOrder, history.inOrder.length);
    await expectRightIncidents(history);
    expect(await steps()).toEqual(once);
  });

  test("shuffled within the allowed lateness, and every result twice", async () => {
    const history = aHistory();
    await replay(history, doubled(shuffled(history.inOrder, 7), 11), 331);
    await expectRightIncidents(history);
    const published = [...(await steps()).values()].flat();
    const ends = Object.values(history.incidents).flat();
    const expected = ends.reduce((sum, incident) => sum + (incident.endsWith("-") ? 1 : 2), 0);
    const worsened = published.filter((step) => step === "worsened").length;
    const ofOthers = 2 * EXPIRY_STEPS.length + 2;
    const ofExpiry = 2 * EXPIRY_STEPS.filter((step) => step === "worsened").length;
    expect(published).toHaveLength(expected + ofOthers + worsened - ofExpiry);
  });

  test("shuffled and all at once", async () => {
    const history = aHistory();
    await replay(history, shuffled(history.inOrder, 13), history.inOrder.length);
    await expectRightIncidents(history);
  });
}
