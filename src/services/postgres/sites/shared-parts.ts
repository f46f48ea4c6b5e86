/**
 * Most sites of a large table have the same options and patterns. Equal ones are replaced by one object, which saves
 * memory and lets compiled forms be shared by identity.
 */
import type { CheckOptions } from "../../../contract/checks/check-options.ts";
import type { Site } from "../../../contract/checks/site.ts";

/** Limit of distinct parts: when all differ, the cache must not grow. */
const REMEMBERED_AT_MOST = 2000;

export class SharedParts {
  readonly #options = new Map<string, CheckOptions>();
  readonly #regexps = new Map<string, string>();

  /** Returns an equal site whose parts are shared with other sites. */
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
