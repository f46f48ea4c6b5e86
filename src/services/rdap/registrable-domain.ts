/** Finds the domain that is registered for a site, by the Public Suffix List. */
import { getDomain } from "tldts";

/** Returns `example.co.uk` for `https://www.example.co.uk/`; null for an address, or a name without a public suffix. */
export function registrableDomain(url: string): string | null {
  const host = URL.parse(url)?.hostname;
  return host === undefined ? null : getDomain(host, { validateHostname: true, allowPrivateDomains: false });
}
