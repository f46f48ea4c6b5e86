/** Lists, saves and removes the sites of the table. */

import { shownUrl } from "../../../contract/checks/shown-url.ts";
import type { Site } from "../../../contract/checks/site.ts";
import { FailureError } from "../../../contract/errors.ts";
import { normaliseUrl } from "../../../contract/identity.ts";
import type { Checker } from "../../../core/checking/checker.ts";
import type { Database } from "../../../core/database.ts";
import { prepareSite } from "../../../core/sites/prepare-sites.ts";

interface SitesResources {
  readonly database: Pick<Database, "sites">;
}

export interface SitesFilter {
  /** Only enabled sites, or only disabled ones; all when omitted. */
  readonly enabled?: boolean | undefined;
  /** Only sites whose name or URL contains this text, ignoring case. */
  readonly search?: string | undefined;
}

/** Returns sites ordered by name, then URL. Throws `UnavailableError`. */
export async function listSites(
  { database }: SitesResources,
  { enabled, search }: SitesFilter,
): Promise<readonly Site[]> {
  const wanted = search?.toLowerCase();
  const holds = (text: string | null): boolean =>
    wanted === undefined || text?.toLowerCase().includes(wanted) === true;
  return (await database.sites.list()).filter(
    (site) => (enabled === undefined || site.enabled === enabled) && (holds(site.name) || holds(site.url)),
  );
}

export interface SavedSites {
  readonly sites: readonly Site[];
  /** Called with the number of sites validated so far. */
  readonly onProgress?: ((count: number) => void) | undefined;
}

/**
 * Adds sites, or replaces those with the same id: all or none. Throws `UsageError` when a site cannot be checked, for
 * example when its pattern does not compile. Returns the sites that were replaced, by id.
 */
export async function saveSites(
  { database, checker }: SitesResources & { readonly checker: Checker },
  { sites, onProgress }: SavedSites,
): Promise<ReadonlyMap<string, Site>> {
  for (const [index, site] of sites.entries()) {
    prepareSite(checker, site);
    onProgress?.(index + 1);
  }
  const before = new Map((await database.sites.list()).map((site) => [site.id, site]));
  await database.sites.save(sites);
  return new Map(sites.flatMap(({ id }) => before.get(id) ?? []).map((site) => [site.id, site]));
}

/** Returns the one site that is meant. Throws `FailureError` when no site has this id, name or URL. */
export function theSite(sites: readonly Site[], idNameOrUrl: string): Site {
  const found = named(sites, idNameOrUrl);
  if (found !== undefined) return found;
  throw noSuchSite(idNameOrUrl);
}

/**
 * Removes a site and returns it; null for one whose row cannot be read as a site. Throws `FailureError` when no site has
 * this id, name or URL.
 */
export async function removeSite({ database }: SitesResources, idNameOrUrl: string): Promise<Site | null> {
  const sites = await database.sites.list();
  if (!(await database.sites.remove(idNameOrUrl))) throw noSuchSite(idNameOrUrl);
  return named(sites, idNameOrUrl) ?? null;
}

function named(sites: readonly Site[], idNameOrUrl: string): Site | undefined {
  const url = URL.canParse(idNameOrUrl) ? normaliseUrl(idNameOrUrl) : idNameOrUrl;
  return sites.find(
    ({ id, name, url: own }) =>
      id === idNameOrUrl.toLowerCase() || name === idNameOrUrl || normaliseUrl(own) === url,
  );
}

function noSuchSite(idNameOrUrl: string): FailureError {
  return new FailureError(
    `no site has the id, name or URL ${shownUrl(idNameOrUrl)}; see: sitewire sites list`,
  );
}
