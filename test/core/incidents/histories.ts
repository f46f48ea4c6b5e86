// Histories of one site, each with its right incidents worked out by hand: for the pure core and for the database.
import type { IncidentSettings } from "../../../src/contract/alerting/incident-settings.ts";
import type { Outcome } from "../../../src/core/incidents/quorum.ts";

export interface History {
  readonly what: string;
  /** By location a letter a slot: `u`p, de`g`raded, `d`own, `?` where its uplink is down; a blank for no result. */
  readonly seen: Readonly<Record<string, string>>;
  /** Results that arrive so many slots after their own; a negative number is a clock ahead. */
  readonly late?: readonly (readonly [location: string, slot: number, slotsLate: number])[];
  readonly settings?: IncidentSettings;
  /** Severity, first failed slot, and first good slot where it is over. */
  readonly incidents: readonly string[];
}

const LETTERS: Readonly<Record<string, Outcome>> = { u: "up", g: "degraded", d: "down", "?": "unobserved" };

export interface Arrival {
  readonly location: string;
  readonly slot: number;
  readonly outcome: Outcome;
  /** When it arrives, in slots. */
  readonly at: number;
}

/** The results in the order in which they arrive. */
export function arrivalsOf({ seen, late = [] }: History): readonly Arrival[] {
  const arrivals = Object.entries(seen).flatMap(([location, letters], place) =>
    [...letters].flatMap((letter, slot) => {
      const outcome = LETTERS[letter];
      if (outcome === undefined) return [];
      const [, , slotsLate = 0] = late.find(([where, which]) => where === location && which === slot) ?? [];
      return [{ location, slot, outcome, at: slot + slotsLate + place / 10 }];
    }),
  );
  return arrivals.sort((one, other) => one.at - other.at);
}

const gap = (slots: number): string => " ".repeat(slots);
const good = (slots: number): string => "u".repeat(slots);

export const histories: readonly History[] = [
  // One location. The letters begin at slot 0, so the first failure is slot 4.
  { what: "a gap before the recovery", seen: { a: "uuuudd uu" }, incidents: ["down 4-7"] },
  { what: "a longer gap before the recovery", seen: { a: "uuuudd   uu" }, incidents: ["down 4-9"] },
  { what: "a gap between two failures", seen: { a: "uuuud du" }, incidents: ["down 4-"] },
  {
    what: "five slots missing between two failures",
    seen: { a: `uuuud${gap(5)}duu` },
    incidents: ["down 4-11"],
  },
  { what: "six slots missing between two failures", seen: { a: `uuuud${gap(6)}duu` }, incidents: [] },
  { what: "a gap between two good slots", seen: { a: "uuuuddu uu" }, incidents: ["down 4-6"] },
  {
    what: "six slots missing between two good slots",
    seen: { a: `uuuuddu${gap(6)}uu` },
    incidents: ["down 4-13"],
  },
  { what: "a failure between two good slots", seen: { a: "uuuuddudduu" }, incidents: ["down 4-9"] },
  { what: "failures that never follow each other", seen: { a: "uuuudududududu" }, incidents: [] },
  { what: "two outages", seen: { a: "uuuudduudduu" }, incidents: ["down 4-6", "down 8-10"] },
  { what: "slow, then down, then slow, then good", seen: { a: "uuuuggddgguu" }, incidents: ["down 4-10"] },
  { what: "slow only", seen: { a: "uuuugggguu" }, incidents: ["degraded 4-8"] },
  { what: "slow and down by turns", seen: { a: "uuuugdgduu" }, incidents: ["degraded 4-8"] },
  { what: "down after a long silence", seen: { a: `uuuu${gap(30)}dduu` }, incidents: ["down 34-36"] },
  { what: "down before and after a pause", seen: { a: `uuuudd${gap(30)}dduu` }, incidents: ["down 4-38"] },
  {
    what: "down before a pause and good after it",
    seen: { a: `uuuudd${gap(30)}uu` },
    incidents: ["down 4-36"],
  },
  {
    what: "a clock that jumps half an hour ahead and back",
    seen: { a: `uuuu${good(4)}${gap(22)}uu${gap(2)}dduu` },
    late: [
      ["a", 30, -26],
      ["a", 31, -26],
    ],
    incidents: ["down 34-36"],
  },
  {
    what: "a failure one slot late",
    seen: { a: "uuuudduu" },
    late: [["a", 5, 1.5]],
    incidents: ["down 4-6"],
  },
  {
    what: "failures that arrive too late",
    seen: { a: "uuuudddduuuu" },
    late: [4, 5, 6, 7].map((slot) => ["a", slot, 6] as const),
    incidents: [],
  },
  {
    what: "good results that arrive too late",
    seen: { a: "uuuudduuuudddd" },
    late: [6, 7, 8, 9].map((slot) => ["a", slot, 6] as const),
    incidents: ["down 4-"],
  },
  {
    what: "the fourth outage in an hour, good for less than twenty minutes",
    seen: { a: `uuuu${"dduu".repeat(3)}dd${good(20)}` },
    incidents: ["down 4-6", "down 8-10", "down 12-14", "down 16-"],
  },
  {
    what: "the fourth outage in an hour, good for twenty minutes",
    seen: { a: `uuuu${"dduu".repeat(3)}dd${good(21)}` },
    incidents: ["down 4-6", "down 8-10", "down 12-14", "down 16-18"],
  },
  {
    what: "one failure where one is enough",
    seen: { a: "uuuudu" },
    settings: { after: 1, recoverAfter: 1 },
    incidents: ["down 4-5"],
  },
  {
    what: "three failures and three good slots where three are wanted",
    seen: { a: "uuuuddudddudduuu" },
    settings: { after: 3, recoverAfter: 3 },
    incidents: ["down 7-13"],
  },
  // Several locations.
  {
    what: "two of three, the third does not report",
    seen: { a: "uuuuddduu", b: "uuuuddduu", c: "uuuu" },
    incidents: ["down 4-7"],
  },
  {
    what: "one of the two that report",
    seen: { a: "uuuudddduuuu", b: good(12), c: "uuuu" },
    incidents: [],
  },
  {
    what: "one of three where any is enough",
    seen: { a: "uuuudduu", b: good(8), c: good(8) },
    settings: { quorum: "any" },
    incidents: ["down 4-6"],
  },
  {
    what: "two of three where all must agree",
    seen: { a: "uuuudddd", b: "uuuudddd", c: good(8) },
    settings: { quorum: "all" },
    incidents: [],
  },
  {
    what: "all that report, where all must agree",
    seen: { a: "uuuuddddd", b: "uuuuddddd", c: "uuuu" },
    settings: { quorum: "all" },
    incidents: ["down 4-"],
  },
  {
    what: "one of three where two must agree",
    seen: { a: "uuuudddd", b: good(8), c: good(8) },
    settings: { quorum: 2 },
    incidents: [],
  },
  {
    what: "two of four where two must agree",
    seen: { a: "uuuudduu", b: "uuuudduu", c: good(8), d: good(8) },
    settings: { quorum: 2 },
    incidents: ["down 4-6"],
  },
  {
    what: "the only one that reports, where two must agree",
    seen: { a: "uuuudddduuuu", b: "uuuu", c: "uuuu" },
    settings: { quorum: 2 },
    incidents: ["down 4-8"],
  },
  {
    what: "a failure that wanders from location to location",
    seen: { a: "uuuudduudduu", b: "uuuuduuddduu", c: "uuuuuduuuuuu" },
    incidents: ["down 4-6", "down 8-10"],
  },
  {
    what: "down here, slow there",
    seen: { a: "uuuudduu", b: "uuuugguu", c: good(8) },
    incidents: ["degraded 4-6"],
  },
  {
    what: "the location that saw it good disappears",
    seen: { a: "uuuudddddddd", b: good(8) },
    incidents: ["down 8-"],
  },
  {
    what: "the monitor moves to another location during the outage",
    seen: { a: "uuuudd", b: `${gap(6)}ddduuu` },
    incidents: ["down 4-9"],
  },
  {
    what: "the monitor moves, and its new location sees it down",
    seen: { a: "uuuu", b: `${gap(4)}dddduu` },
    incidents: ["down 4-8"],
  },
  {
    what: "a location that is new to the site has its say after two slots",
    seen: { a: "uuuudddddddd", b: `${gap(8)}uuuu` },
    incidents: ["down 4-10"],
  },
  {
    what: "a location that misses four slots keeps its say",
    seen: { a: `uuuudd${gap(0)}dddddd`, b: `uuuuu${gap(4)}uuu` },
    incidents: ["down 5-9"],
  },
  {
    what: "one location of three always two slots late",
    seen: { a: "uuuuddduuuuu", b: good(12), c: "uuuuddduuuuu" },
    late: Array.from({ length: 12 }, (_, slot) => ["c", slot, 1.7] as const),
    incidents: ["down 4-7"],
  },
];
