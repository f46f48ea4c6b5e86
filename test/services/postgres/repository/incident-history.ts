// A history of ten thousand results with the right incidents worked out beside it: in order, shuffled, doubled, and in
// batches of any size, it gives the same ones.
import { expect, test } from "vitest";
import type { CheckResult, Verdict } from "../../../../src/contract/checks/check-result.ts";
import { seededRandom } from "../../../chaos/random.ts";
import { aSite, type Ground, resultOf } from "./ground.ts";

const LOCATIONS = ["ams", "fra", "lon", "nyc"] as const;
const SLOTS = 40;
const SITES = 63;
/** Results come at most this many slots late, which is within the allowed lateness. */
const LATEST_SLOTS = 1.9;

/**
 * The monitor in the last location has no uplink in these slots: it sees every site down. Its results count again from
 * `counts` on: like a new location, once the allowed lateness has passed.
 */
const CUT_OFF = { location: "nyc", from: 26, to: 30, counts: 32 } as const;

interface Story {
  /** What the locations see in a slot. */
  readonly verdicts: (slot: number) => readonly Verdict[];
  /** First failed slot, first good slot (null while it lasts) and severity of each incident. */
  readonly incidents: readonly (readonly [since: number, goodSince: number | null, severity: string])[];
}

const all = (verdict: Verdict): readonly Verdict[] => LOCATIONS.map(() => verdict);
const between = (slot: number, from: number, to: number): boolean => slot >= from && slot < to;

const stories: readonly Story[] = [
  { verdicts: () => all("up"), incidents: [] },
  // One slot is a blip, wherever it is seen.
  { verdicts: (slot) => all(slot === 15 ? "down" : "up"), incidents: [] },
  // Half of the locations are no majority; two of the three that are not cut off are.
  {
    verdicts: (slot) => (slot > 12 ? ["down", "down", "up", "up"] : all("up")),
    incidents: [[CUT_OFF.from, CUT_OFF.counts, "down"]],
  },
  { verdicts: (slot) => all(between(slot, 14, 20) ? "down" : "up"), incidents: [[14, 20, "down"]] },
  // Three of four are, and one good slot in between does not end it.
  {
    verdicts: (slot) => (between(slot, 14, 24) && slot !== 18 ? ["down", "up", "down", "down"] : all("up")),
    incidents: [[14, 24, "down"]],
  },
  // It begins as degraded and becomes down in place.
  {
    verdicts: (slot) => all(slot < 20 ? "up" : slot < 23 ? "degraded" : "down"),
    incidents: [[20, null, "down"]],
  },
  {
    verdicts: (slot) => all(between(slot, 12, 15) || between(slot, 22, 25) ? "degraded" : "up"),
    incidents: [
      [12, 15, "degraded"],
      [22, 25, "degraded"],
    ],
  },
];

interface Arrival {
  readonly result: CheckResult;
  readonly slot: number;
}

interface Told {
  readonly site: string;
  readonly since: number;
  readonly goodSince: number | null;
  readonly severity: string;
}

interface History {
  readonly inOrder: readonly Arrival[];
  readonly incidents: readonly Told[];
  /** Incidents that become worse on their way. */
  readonly worsened: number;
}

function aHistory(): History {
  const sites = Array.from({ length: SITES }, (_, index) => ({
    site: aSite(),
    story: stories[index % stories.length],
  }));
  const inOrder = Array.from({ length: SLOTS }, (_, slot) =>
    sites.flatMap(({ site, story }) =>
      (story?.verdicts(slot) ?? []).map((verdict, place) => ({
        slot,
        result: {
          ...resultOf(site, SLOTS - slot, { verdict, intervalMs: 60_000 }),
          location: LOCATIONS[place] ?? "",
          ...(LOCATIONS[place] === CUT_OFF.location && between(slot, CUT_OFF.from, CUT_OFF.to)
            ? { verdict: "down" as const, uplinkDown: true }
            : {}),
        },
      })),
    ),
  ).flat();
  const incidents = sites.flatMap(({ site, story }) =>
    (story?.incidents ?? []).map(([since, goodSince, severity]) => ({
      site: site.url,
      since,
      goodSince,
      severity,
    })),
  );
  const worsened = sites.filter(({ story }) => story === stories[5]).length;
  return { inOrder, incidents: incidents.sort(byPlace), worsened };
}

function byPlace(a: Told, b: Told): number {
  return a.site === b.site ? a.since - b.since : a.site < b.site ? -1 : 1;
}

/** Each result comes later than its slot, by less than what is allowed. */
function shuffled(arrivals: readonly Arrival[], seed: number): readonly Arrival[] {
  const random = seededRandom(seed);
  return arrivals
    .map((arrival) => ({ arrival, at: arrival.slot + random.fraction() * LATEST_SLOTS }))
    .sort((a, b) => a.at - b.at)
    .map(({ arrival }) => arrival);
}

export function incidentHistoryTests(ground: Ground): void {
  async function record(arrivals: readonly Arrival[], batchSize: number): Promise<void> {
    for (let start = 0; start < arrivals.length; start += batchSize) {
      const batch = arrivals.slice(start, start + batchSize);
      await ground.database.results.record(batch.map(({ result }) => result));
    }
  }

  async function told({ inOrder }: History): Promise<readonly Told[]> {
    const firstSlotMs = Date.parse(inOrder[0]?.result.slot ?? "");
    const slotOf = (instantMs: number): number => Math.round((instantMs - firstSlotMs) / 60_000);
    const incidents = await ground.database.incidents.list({ limit: 1000 });
    const ofLocations = incidents.filter(({ kind }) => kind === "location");
    expect(ofLocations).toMatchObject([{ state: "resolved", siteName: `location ${CUT_OFF.location}` }]);
    expect(ofLocations.map(({ sinceMs }) => slotOf(sinceMs))).toEqual([CUT_OFF.from]);
    return incidents
      .filter(({ kind }) => kind === "site")
      .map(({ url, sinceMs, goodSinceMs, severity }) => ({
        site: url,
        since: slotOf(sinceMs),
        goodSince: goodSinceMs === null ? null : slotOf(goodSinceMs),
        severity,
      }))
      .sort(byPlace);
  }

  test("in order, in batches as they come", async () => {
    const history = aHistory();
    expect(history.inOrder).toHaveLength(SLOTS * SITES * LOCATIONS.length);
    await record(history.inOrder, 252);
    expect(await told(history)).toEqual(history.incidents);
  });

  test("all at once", async () => {
    const history = aHistory();
    await record(history.inOrder, history.inOrder.length);
    expect(await told(history)).toEqual(history.incidents);
  });

  test("shuffled within the allowed lateness", async () => {
    const history = aHistory();
    await record(shuffled(history.inOrder, 7), 97);
    expect(await told(history)).toEqual(history.incidents);
  });

  test("shuffled, and every result twice", async () => {
    const history = aHistory();
    await record(
      shuffled(history.inOrder, 11).flatMap((arrival) => [arrival, arrival]),
      331,
    );
    expect(await told(history)).toEqual(history.incidents);
    const events = await ground.sql(
      "SELECT count(*)::integer AS count FROM outbox WHERE topic_name = 'sitewire.incidents'",
    );
    const steps = history.incidents.reduce((sum, { goodSince }) => sum + (goodSince === null ? 1 : 2), 0);
    expect(events).toEqual([{ count: steps + history.worsened + 2 }]);
  });
}
