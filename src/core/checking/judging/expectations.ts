/** What a site promises, compiled once a site: status ranges, patterns, JSON paths. */
import { CHECK_OPTION_DEFAULTS } from "../../../contract/check-options.ts";
import type { Site } from "../../../contract/site.ts";
import { InvalidSiteError } from "../invalid-site-error.ts";
import { type JsonPath, JsonPathError, parseJsonPath } from "./json-path.ts";
import { compilePattern, type Pattern, PatternError } from "./pattern.ts";
import { parseStatusRanges } from "./status-ranges.ts";

/** An expectation on a text: equal to one, or with a pattern found in it. */
export type TextExpectation = { readonly equals: string } | { readonly matches: Pattern };

export type JsonValueExpectation =
  | { readonly equals: string | number | boolean | null }
  | { readonly matches: Pattern };

export interface Expectations {
  readonly status: { readonly text: string; readonly includes: (statusCode: number) => boolean };
  readonly regexp: { readonly pattern: Pattern; readonly present: boolean } | null;
  readonly bodyContains: readonly string[];
  readonly bodyLacks: readonly string[];
  readonly json: readonly { readonly path: JsonPath; readonly value: JsonValueExpectation }[];
  readonly headers: readonly { readonly name: string; readonly value: TextExpectation }[];
  readonly finalUrl: TextExpectation | null;
  readonly responseTimeBelowMs: number | null;
  readonly certificateValidForDays: number | null;
}

/** Throws `InvalidSiteError` naming the field, and the position in a pattern or path. */
export function compileExpectations(site: Site): Expectations {
  const { options } = site;
  refuseContradictions(site);
  const statusText = options.expectedStatus ?? CHECK_OPTION_DEFAULTS.expectedStatus;
  return {
    status: {
      text: statusText,
      includes: naming("options.expectedStatus", statusText, () => parseStatusRanges(statusText)),
    },
    regexp:
      site.regexp === null
        ? null
        : { pattern: patternOf("regexp", site.regexp), present: options.regexpExpected !== "absent" },
    bodyContains: options.bodyContains ?? [],
    bodyLacks: options.bodyLacks ?? [],
    json: (options.json ?? []).map((entry, index) => ({
      path: naming(`options.json.${index}.path`, entry.path, () => parseJsonPath(entry.path)),
      value:
        entry.matches === undefined
          ? { equals: entry.equals ?? null }
          : { matches: patternOf(`options.json.${index}.matches`, entry.matches) },
    })),
    headers: (options.responseHeaders ?? []).map((entry, index) => ({
      name: entry.name.toLowerCase(),
      value: textExpectation(`options.responseHeaders.${index}`, entry),
    })),
    finalUrl: options.finalUrl === undefined ? null : textExpectation("options.finalUrl", options.finalUrl),
    responseTimeBelowMs: options.responseTimeBelowMs ?? null,
    certificateValidForDays: options.certificateValidForDays ?? null,
  };
}

/** Whether the body has to be read as text to judge a response. */
export function concernsBody(expectations: Expectations): boolean {
  const { regexp, bodyContains, bodyLacks, json } = expectations;
  return regexp !== null || bodyContains.length + bodyLacks.length + json.length > 0;
}

/** Instructions times bytes: a second or so of the engine's time, in the worst case. */
const SEARCH_BUDGET = 64 * 1_048_576;

/**
 * How much of a body may be searched, so that no pattern from a stranger holds up the checks of others: all that the
 * site wants, or for large patterns less.
 */
export function searchableBodyBytes({ regexp, json }: Expectations, wantedBytes: number): number {
  const patterns = [
    regexp?.pattern,
    ...json.map(({ value }) => ("matches" in value ? value.matches : undefined)),
  ];
  const size = patterns.reduce((sum, pattern) => sum + (pattern?.size ?? 0), 0);
  return size === 0 ? wantedBytes : Math.min(wantedBytes, Math.floor(SEARCH_BUDGET / size));
}

function refuseContradictions(site: Site): void {
  const { options } = site;
  const refuse = (field: string, value: string, reason: string): never => {
    throw new InvalidSiteError(field, value, reason);
  };
  const secure = /^https:/i.test(site.url);
  if (options.httpVersion === "2" && !secure) {
    refuse(
      "options.httpVersion",
      "2",
      "HTTP/2 is agreed on in the TLS handshake, so the url must be https://",
    );
  }
  if (options.certificateValidForDays !== undefined && !secure) {
    refuse(
      "options.certificateValidForDays",
      String(options.certificateValidForDays),
      "there is a certificate only where the url is https://",
    );
  }
  if (options.regexpExpected !== undefined && site.regexp === null) {
    refuse("options.regexpExpected", options.regexpExpected, "the site has no regexp");
  }
  if (options.body !== undefined && [undefined, "GET", "HEAD"].includes(options.method)) {
    refuse("options.body", "", `a ${options.method ?? "GET"} request has no body`);
  }
  const bodyField = (["bodyContains", "bodyLacks", "json"] as const).find((name) => options[name]?.length);
  if (options.method === "HEAD" && (site.regexp !== null || bodyField !== undefined)) {
    refuse(
      bodyField === undefined ? "regexp" : `options.${bodyField}`,
      site.regexp ?? "",
      "the response to HEAD has no body to search",
    );
  }
}

function textExpectation(
  field: string,
  entry: { readonly equals?: string | undefined; readonly matches?: string | undefined },
): TextExpectation {
  return entry.matches === undefined
    ? { equals: entry.equals ?? "" }
    : { matches: patternOf(`${field}.matches`, entry.matches) };
}

function patternOf(field: string, source: string): Pattern {
  return naming(field, source, () => compilePattern(source));
}

function naming<T>(field: string, value: string, compile: () => T): T {
  try {
    return compile();
  } catch (error) {
    if (error instanceof PatternError || error instanceof JsonPathError || error instanceof RangeError) {
      throw new InvalidSiteError(field, value, error.message);
    }
    throw error;
  }
}
