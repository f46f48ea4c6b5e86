/** Which host names a status page may have: each is of one page, and none of them hides the dashboard. */
import type { StatusPage } from "../../contract/settings/status-page.ts";
import { isLoopbackHost } from "../accounts/admission.ts";

export interface TakenHostNames {
  readonly others: readonly StatusPage[];
  /** The address under which people reach the dashboard. */
  readonly publicUrl: string | undefined;
}

/** Why a page cannot have a host name; null when it can. */
export function unusableHostName(hostName: string, { others, publicUrl }: TakenHostNames): string | null {
  if (isLoopbackHost(hostName) || /^[\d.]+$/.test(hostName)) {
    return "is an address of the server itself: give a name that leads to it";
  }
  if (publicUrl !== undefined && new URL(publicUrl).hostname === hostName) {
    return "is the host of the dashboard (server.publicUrl): give another name";
  }
  const owner = others.find(({ hostNames }) => hostNames.includes(hostName));
  return owner === undefined ? null : `is a host name of the status page "${owner.slug}" already`;
}

/** The page of each host name. Of two pages with the same name the first has it; unusable names lead nowhere. */
export function pagesByHostName(
  pages: readonly StatusPage[],
  publicUrl: string | undefined,
): ReadonlyMap<string, string> {
  const slugs = new Map<string, string>();
  for (const { slug, hostNames } of pages) {
    for (const hostName of hostNames) {
      const usable = unusableHostName(hostName, { others: [], publicUrl }) === null;
      if (usable && !slugs.has(hostName)) slugs.set(hostName, slug);
    }
  }
  return slugs;
}
