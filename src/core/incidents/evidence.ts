/** The evidence kept with a step of an incident: what every location saw in one slot, and what changed at recovery. */

import type {
  EvidenceChange,
  IncidentEvidence,
  LocationView,
} from "../../contract/alerting/incident-evidence.ts";
import type { CheckResult } from "../../contract/checks/check-result.ts";
import type { Outcome } from "./quorum.ts";

/** Bounds of what is kept: together below 128 KiB. */
const MOST_LOCATIONS = 32;
const MOST_DETAILS = 5;
const LONGEST_TEXT = 300;

/** The results of one slot, and what they count as; a location without an entry in `outcomes` counts as its verdict. */
export interface SlotResults {
  readonly results: readonly CheckResult[];
  readonly outcomes: Readonly<Record<string, Outcome>>;
}

/**
 * Returns the evidence of a slot; null without results. `others` are results of nearby slots of the same failure: the
 * response is theirs where none of the slot itself has one, because a result holds it only when the failure changes.
 */
export function incidentEvidence(
  { results, outcomes }: SlotResults,
  others: readonly CheckResult[],
): IncidentEvidence | null {
  const [first] = results;
  if (first === undefined) return null;
  const views = results.map((result) => viewOf(result, outcomes[result.location] ?? result.verdict));
  const worstFirst = [...results].sort(byVerdict);
  return {
    slot: first.slot,
    locations: views.sort(byLocation).slice(0, MOST_LOCATIONS),
    response: responseOf([...worstFirst, ...[...others].sort(byVerdict)]),
    certificateChain:
      worstFirst.find(({ certificateChain }) => (certificateChain?.length ?? 0) > 0)?.certificateChain ?? [],
  };
}

function viewOf(result: CheckResult, outcome: Outcome): LocationView {
  const { location, statusCode, responseTimeMs, timings, error, remoteAddress } = result;
  const { attempts, certificateExpiresAt, failedExpectations, failedAttempts } = result;
  return {
    location,
    outcome,
    statusCode,
    responseTimeMs,
    timings,
    error: error === null ? null : { code: error.code, message: cut(error.message) },
    remoteAddress,
    attempts,
    certificateExpiresAt,
    failedExpectations: (failedExpectations ?? []).slice(0, MOST_DETAILS).map((each) => ({
      expectation: each.expectation,
      expected: cut(each.expected),
      found: cut(each.found),
    })),
    failedAttempts: (failedAttempts ?? [])
      .slice(0, MOST_DETAILS)
      .map(({ code, message }) => ({ code, message: cut(message) })),
  };
}

function responseOf(results: readonly CheckResult[]): IncidentEvidence["response"] {
  const holder = results.find(({ evidence }) => evidence != null);
  return holder?.evidence == null ? null : { ...holder.evidence, location: holder.location };
}

function cut(text: string): string {
  return text.length <= LONGEST_TEXT ? text : `${text.slice(0, LONGEST_TEXT - 1)}…`.toWellFormed();
}

const WORST_FIRST = { down: 0, degraded: 1, up: 2 } as const;

function byVerdict(a: CheckResult, b: CheckResult): number {
  return WORST_FIRST[a.verdict] - WORST_FIRST[b.verdict] || byLocation(a, b);
}

function byLocation(a: { readonly location: string }, b: { readonly location: string }): number {
  if (a.location === b.location) return 0;
  return a.location < b.location ? -1 : 1;
}

/** Headers that differ with every response. */
const CHANGING_HEADERS = new Set([
  "date",
  "age",
  "cf-ray",
  "x-request-id",
  "x-amz-cf-id",
  "x-amzn-requestid",
  "x-varnish",
  "server-timing",
  "content-length",
]);

/**
 * What was different when the site was good again: seen by the location whose response is shown, or else by the first
 * one that saw both. Empty where the two have nothing in common to compare.
 */
export function changesBetween(before: IncidentEvidence, after: IncidentEvidence): readonly EvidenceChange[] {
  const [earlier, later] = comparableViews(before, after);
  if (earlier === undefined || later === undefined) return [];
  const changes = [
    change("status code", text(earlier.statusCode), text(later.statusCode)),
    change("error", earlier.error?.code ?? null, later.error?.code ?? null),
    change("address", earlier.remoteAddress, later.remoteAddress),
    change("response time", milliseconds(earlier.responseTimeMs), milliseconds(later.responseTimeMs)),
    change("certificate expiry", earlier.certificateExpiresAt, later.certificateExpiresAt),
  ];
  if (before.response !== null && after.response !== null) {
    const headers = (evidence: IncidentEvidence) =>
      new Map(evidence.response?.headers.map(({ name, value }) => [name, value]));
    const [had, has] = [headers(before), headers(after)];
    for (const name of new Set([...had.keys(), ...has.keys()])) {
      if (CHANGING_HEADERS.has(name)) continue;
      changes.push(change(`header ${name}`, had.get(name) ?? null, has.get(name) ?? null));
    }
    changes.push(
      change(
        "redirects",
        before.response.redirects.join(" → ") || null,
        after.response.redirects.join(" → ") || null,
      ),
    );
    changes.push(change("body", firstLine(before.response.body), firstLine(after.response.body)));
  }
  return changes.filter((each) => each !== null);
}

function comparableViews(
  before: IncidentEvidence,
  after: IncidentEvidence,
): readonly [LocationView | undefined, LocationView | undefined] {
  const at = ({ locations }: IncidentEvidence, location: string | undefined) =>
    locations.find((view) => view.location === location);
  const failing = before.locations.filter(({ outcome }) => outcome === "down" || outcome === "degraded");
  const location = [before.response?.location, ...failing.map((view) => view.location)].find(
    (each) => at(before, each) !== undefined && at(after, each) !== undefined,
  );
  return [at(before, location), at(after, location)];
}

function change(what: string, before: string | null, after: string | null): EvidenceChange | null {
  return before === after ? null : { what, before, after };
}

function text(value: number | null): string | null {
  return value === null ? null : String(value);
}

function milliseconds(durationMs: number | null): string | null {
  return durationMs === null ? null : `${Math.round(durationMs)} ms`;
}

function firstLine(body: string | null): string | null {
  const line = body?.trim().split("\n", 1)[0]?.slice(0, 100).toWellFormed();
  return line === undefined || line === "" ? null : line;
}
