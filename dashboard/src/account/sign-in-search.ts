/** The address of the page that signs in. */

export interface SignInSearch {
  /** Where to go on to: a path of the dashboard. */
  readonly next?: string | undefined;
  /** Set by a provider that did not sign the person in. */
  readonly error?: string | undefined;
}

/** `//host` and `/\\host` lead to another site: whoever sends such a link gets nobody there. */
const pathPattern = /^\/(?![/\\])[^\\\s]*$/;

/** What is refused is undefined and not left out: the router would add it again from the address. */
export function parseSignInSearch(search: Record<string, unknown>): SignInSearch {
  const { next, error } = search;
  return {
    next: typeof next === "string" && pathPattern.test(next) ? next : undefined,
    error: typeof error === "string" ? error : undefined,
  };
}
