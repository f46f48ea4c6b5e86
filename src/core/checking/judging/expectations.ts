/** Compiles and validates the expectations of a site's responses, once per site. */
import { CHECK_OPTION_DEFAULTS } from "../../../contract/checks/check-options.ts";
import type { Site } from "../../../contract/checks/site.ts";
import { InvalidSiteError } from "../invalid-site-error.ts";
import { JsonPathError, jsonPathOf } from "./json-path.ts";
import { PatternError, patternOf } from "./pattern.ts";
import type { ResponseExpectations, TextExpectation } from "./response-expectations.ts";
import { parseStatusRanges } from "./status-ranges.ts";

export interface Expectations {
  readonly status: { readonly text: string; readonly includes: (statusCode: number) => boolean };
  readonly response: ResponseExpectations;
  readonly responseTimeBelowMs: number | null;
  readonly certificateValidForDays: number | null;
}

/** Throws `InvalidSiteError`, which names the field and the position in a pattern or path. */
export function compileExpectations(site: Site): Expectations {
  const { options } = site;
  refuseContradictions(site);
  const statusText = options.expectedStatus ?? CHECK_OPTION_DEFAULTS.expectedStatus;
  return {
    status: {
      text: statusText,
      includes: naming("options.expectedStatus", statusText, () => parseStatusRanges(statusText)),
    },
    response: responseExpectations(site),
    responseTimeBelowMs: options.responseTimeBelowMs ?? null,
    certificateValidForDays: options.certificateValidForDays ?? null,
  };
}

function responseExpectations({ regexp, options }: Site): ResponseExpectations {
  return {
    finalUrl: options.finalUrl === undefined ? null : textExpectation("options.finalUrl", options.finalUrl),
    headers: (options.responseHeaders ?? []).map((entry, index) => ({
      name: entry.name.toLowerCase(),
      value: textExpectation(`options.responseHeaders.${index}`, entry),
    })),
    bodyContains: options.bodyContains ?? [],
    bodyLacks: options.bodyLacks ?? [],
    json: (options.json ?? []).map((entry, index) => ({
      path: naming(`options.json.${index}.path`, entry.path, () => jsonPathOf(entry.path).source),
      value:
        entry.matches === undefined
          ? { equals: entry.equals ?? null }
          : { matches: validPattern(`options.json.${index}.matches`, entry.matches) },
    })),
    regexp:
      regexp === null
        ? null
        : { pattern: validPattern("regexp", regexp), present: options.regexpExpected !== "absent" },
  };
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
      "only a server with an https:// url has a certificate",
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
    : { matches: validPattern(`${field}.matches`, entry.matches) };
}

function validPattern(field: string, source: string): string {
  return naming(field, source, () => patternOf(source).source);
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
