/** Removes the secrets of a site for display. */
import { shownUrl } from "../../contract/checks/shown-url.ts";
import type { Site } from "../../contract/checks/site.ts";
import { SECRET_HEADER_PATTERN } from "./site-secrets.ts";

/** Stands for a secret. */
export const HIDDEN = "***";

/** Replaces passwords, tokens, keys, and values of headers that may contain one, with `***`. */
export function shownSite(site: Site): Site {
  const { headers, authentication, tls, proxy } = site.options;
  const shownHeaders = Object.entries(headers ?? {}).map(([name, value]) => [
    name,
    SECRET_HEADER_PATTERN.test(name) ? HIDDEN : value,
  ]);
  return {
    ...site,
    url: shownUrl(site.url),
    options: {
      ...site.options,
      ...(headers === undefined ? {} : { headers: Object.fromEntries(shownHeaders) }),
      ...(authentication?.type === "basic"
        ? { authentication: { ...authentication, password: HIDDEN } }
        : {}),
      ...(authentication?.type === "bearer" ? { authentication: { ...authentication, token: HIDDEN } } : {}),
      ...(tls?.key === undefined ? {} : { tls: { ...tls, key: HIDDEN } }),
      ...(proxy === undefined ? {} : { proxy: shownUrl(proxy) }),
    },
  };
}
