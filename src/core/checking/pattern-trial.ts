/** Tries a site's pattern on its page as it is now. */
import type { PatternAnswer } from "../../contract/api/sites/checks.ts";
import type { Site } from "../../contract/checks/site.ts";
import { prepareSite } from "../sites/prepare-sites.ts";
import type { Checker } from "./checker.ts";
import { patternOf } from "./judging/pattern.ts";
import { bodyTextOf, type ResponseExpectations } from "./judging/response-expectations.ts";
import type { Prober, ResponseSearcher } from "./ports.ts";

/** Text around a match, UTF-16 units on each side. */
const AROUND = 300;
/** A place is looked for on this thread, so only where that takes no longer than this, milliseconds. */
const LONGEST_SEARCH_MS = 100;
/** Measured worst case, as in judging/response-expectations.ts. */
const MS_PER_INSTRUCTION = 50e-6;

/** Throws `UsageError` when the pattern or an option of the site is invalid. */
export async function tryPattern(
  {
    checker,
    prober,
    searcher,
  }: {
    readonly checker: Checker;
    readonly prober: Prober;
    readonly searcher: ResponseSearcher;
  },
  site: Site,
  signal: AbortSignal,
): Promise<PatternAnswer> {
  prepareSite(checker, site);
  const pattern = site.regexp ?? "";
  const observation = await prober.prepare(site).run(site.timeoutMs, signal);
  try {
    const { response, failure, finalUrl } = observation;
    if (response === null) {
      return { ...NOTHING, error: failure ?? { code: "internal", message: "there was no response" } };
    }
    const searched = { ...response, finalUrl };
    const { regexpMatched, failures } = await searcher.search(searched, expecting(pattern), signal);
    const limit = failures.find(({ code }) => code === "search_limit");
    const text = bodyTextOf(searched).whole;
    const at = regexpMatched === true ? placeOf(pattern, text) : null;
    const from = Math.max(0, (at?.start ?? 0) - AROUND);
    const to = (at === null ? 0 : at.start + at.length) + AROUND;
    return {
      matched: limit === undefined ? regexpMatched : null,
      at,
      excerpt: text.slice(from, Math.min(to, from + MOST_EXCERPT)).toWellFormed(),
      excerptStart: from,
      pageBytes: response.body.byteLength,
      statusCode: response.statusCode,
      error: failure ?? (limit === undefined ? null : { code: limit.code, message: limit.found }),
    };
  } finally {
    observation.release();
  }
}

const MOST_EXCERPT = 4000;

const NOTHING = {
  matched: null,
  at: null,
  excerpt: "",
  excerptStart: 0,
  pageBytes: null,
  statusCode: null,
} as const;

function expecting(pattern: string): ResponseExpectations {
  const regexp = { pattern, present: true };
  return { finalUrl: null, headers: [], bodyContains: [], bodyLacks: [], json: [], regexp };
}

/** Returns null when finding the place would take too long. */
function placeOf(source: string, text: string): PatternAnswer["at"] {
  const pattern = patternOf(source);
  if (pattern.size * text.length * MS_PER_INSTRUCTION > LONGEST_SEARCH_MS) return null;
  return pattern.locate(text);
}
