/**
 * Most sites of a large table have the same options and patterns: equal ones become the same object, so that memory
 * holds each once and what is compiled of it can be shared by identity.
 */
import type { CheckOptions } from "../../../contract/check-options.ts";
import type { Site } from "../../../contract/site.ts";

/** Where all are different nothing can be shared, and nothing must pile up. */
const REMEMBERED_AT_MOST = 2000;

export class SharedParts {
  readonly #options = new Map<string, CheckOptions>();
  readonly #regexps = new Map<string, string>();

  /** The same site, made of parts that are shared with others. */
  shared(site: Site): Site {
    const { regexp } = site;
    return {
      ...site,
      regexp: regexp === null ? null : remembered(this.#regexps, regexp, regexp),
      options: remembered(this.#options, JSON.stringify(site.options), site.options),
    };
  }
}

function remembered<T>(known: Map<string, T>, key: string, value: T): T {
  const same = known.get(key);
  if (same !== undefined) return same;
  if (known.size >= REMEMBERED_AT_MOST) known.clear();
  known.set(key, value);
  return value;
}
