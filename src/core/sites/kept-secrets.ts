/**
 * Secrets of a definition that is sent back. Answers show them as `***`; sent back as `***` they stay as they are. Not so
 * when the definition leads elsewhere than before: a person who may edit a site but not read its secrets could have them
 * sent to an address of their own.
 */
import type { CheckOptions } from "../../contract/checks/check-options.ts";
import { shownUrl } from "../../contract/checks/shown-url.ts";
import type { Site } from "../../contract/checks/site.ts";
import { HIDDEN } from "./shown-site.ts";

export interface FieldProblem {
  /** Such as `options.authentication.token`. */
  readonly field: string;
  readonly message: string;
}

/**
 * Returns the definition with the stored secrets in place of `***`, and a problem for each `***` that stands for no
 * secret. `stored` is null for a new site.
 */
export function withKeptSecrets(
  given: Site,
  stored: Site | null,
): { readonly site: Site; readonly problems: readonly FieldProblem[] } {
  const kept = new KeptSecrets();
  const before = stored?.options ?? {};
  const url = kept.address("url", given.url, stored?.url) ?? given.url;
  const proxy = kept.address("options.proxy", given.options.proxy, before.proxy);
  const options: CheckOptions = {
    ...given.options,
    ...(proxy === undefined ? {} : { proxy }),
    ...keptHeaders(kept, given.options, before),
    ...keptCredentials(kept, given.options, before),
    ...keptKey(kept, given.options, before),
  };
  const site = { ...given, url, options };
  const leadsElsewhere = stored !== null && !leadsToSamePlace(site, stored);
  const problems = kept.hidden.flatMap(({ field, isKnown }) => {
    if (!isKnown) return [{ field, message: "*** stands for no stored secret: give the secret" }];
    return leadsElsewhere ? [{ field, message: "give the secret again: requests would go elsewhere" }] : [];
  });
  return { site, problems };
}

/** Whether a definition holds `***` in place of a secret, because its secrets are known only where it is defined. */
export function lacksSecrets(site: Site): boolean {
  return withKeptSecrets(site, null).problems.length > 0;
}

class KeptSecrets {
  readonly hidden: { readonly field: string; readonly isKnown: boolean }[] = [];

  secret(field: string, given: string, stored: string | undefined): string {
    if (given !== HIDDEN) return given;
    this.hidden.push({ field, isKnown: stored !== undefined });
    return stored ?? given;
  }

  /** A URL, of which only the password is hidden. */
  address(field: string, given: string | undefined, stored: string | undefined): string | undefined {
    if (given === undefined || !given.includes(`:${HIDDEN}@`)) return given;
    const isKnown = stored !== undefined && shownUrl(stored) === given;
    this.hidden.push({ field, isKnown });
    return isKnown ? stored : given;
  }
}

function keptHeaders(
  kept: KeptSecrets,
  { headers }: CheckOptions,
  before: CheckOptions,
): Pick<CheckOptions, "headers"> {
  if (headers === undefined) return {};
  const stored = new Map(
    Object.entries(before.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
  );
  const entries = Object.entries(headers).map(([name, value]) => [
    name,
    kept.secret(`options.headers.${name}`, value, stored.get(name.toLowerCase())),
  ]);
  return { headers: Object.fromEntries(entries) };
}

function keptCredentials(
  kept: KeptSecrets,
  { authentication }: CheckOptions,
  before: CheckOptions,
): Pick<CheckOptions, "authentication"> {
  const stored = before.authentication;
  if (authentication?.type === "basic") {
    const known = stored?.type === "basic" ? stored.password : undefined;
    const password = kept.secret("options.authentication.password", authentication.password, known);
    return { authentication: { ...authentication, password } };
  }
  if (authentication?.type === "bearer") {
    const known = stored?.type === "bearer" ? stored.token : undefined;
    const token = kept.secret("options.authentication.token", authentication.token, known);
    return { authentication: { ...authentication, token } };
  }
  return {};
}

function keptKey(kept: KeptSecrets, { tls }: CheckOptions, before: CheckOptions): Pick<CheckOptions, "tls"> {
  if (tls?.key === undefined) return {};
  return { tls: { ...tls, key: kept.secret("options.tls.key", tls.key, before.tls?.key) } };
}

/** Whether requests go to the same server, over the same way, and trust the same certificates. */
function leadsToSamePlace(one: Site, other: Site): boolean {
  const way = ({ url, options: { proxy, connectTo, tls } }: Site): string =>
    JSON.stringify([new URL(url).origin, proxy, connectTo ?? [], tls?.verify ?? true, tls?.ca]);
  return way(one) === way(other);
}
