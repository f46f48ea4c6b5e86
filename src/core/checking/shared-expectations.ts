/** Compiles expectations once for all sites that share them. */
import type { CheckOptions } from "../../contract/checks/check-options.ts";
import type { Site } from "../../contract/checks/site.ts";
import { compileExpectations, type Expectations } from "./judging/expectations.ts";

/** Cached patterns per options object. */
const PATTERNS_AT_MOST = 1000;

/**
 * Wraps `compileExpectations` with a cache for sites that share their options object, pattern and scheme. The returned
 * function throws `InvalidSiteError`; failures are not cached.
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
