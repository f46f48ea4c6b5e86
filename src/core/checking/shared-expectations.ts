/** Expectations compiled once for all sites that have the same ones. */
import type { CheckOptions } from "../../contract/check-options.ts";
import type { Site } from "../../contract/site.ts";
import { compileExpectations, type Expectations } from "./judging/expectations.ts";

/** Patterns beside one set of options: where each site has its own there is nothing to share. */
const PATTERNS_AT_MOST = 1000;

/**
 * As `compileExpectations`, once for sites that share their options object, pattern and scheme. Throws
 * `InvalidSiteError`; a failure is not kept.
 */
export function shareExpectations(): (site: Site) => Expectations {
  const byOptions = new WeakMap<CheckOptions, Map<string, Expectations>>();
  return (site) => {
    const known = byOptions.get(site.options) ?? new Map<string, Expectations>();
    byOptions.set(site.options, known);
    const key = `${/^https:/i.test(site.url)} ${site.regexp === null} ${site.regexp ?? ""}`;
    const expectations = known.get(key) ?? compileExpectations(site);
    if (known.size < PATTERNS_AT_MOST) known.set(key, expectations);
    return expectations;
  };
}
