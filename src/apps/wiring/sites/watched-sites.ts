/** Finds the sites that an app watches: those of its command line, otherwise of its file, otherwise `AV_BASE_URL`. */

import type { Site } from "../../../contract/checks/site.ts";
import { ORIGINAL_SITE_VARIABLE } from "../../../contract/settings/environment-variables.ts";
import { refuseSameIds, siteOfEntry } from "../../../core/sites/named-sites.ts";
import type { OutsideSource } from "../../../core/sites/ports.ts";
import {
  type SiteArguments,
  siteOfVariable,
  sitesOfArguments,
  withArguments,
} from "../../../core/sites/site-arguments.ts";
import type { AppContext } from "../invocation.ts";

export interface NamedSites {
  readonly source: OutsideSource;
  readonly sites: readonly Site[];
}

/** Options of the command line apply to every site, wherever it is defined. Throws `UsageError`. */
export function namedSites({ configuration, invocation }: AppContext, given: SiteArguments): NamedSites {
  if (given.urls.length > 0) return { source: "command line", sites: sitesOfArguments(given) };
  const original = invocation.environment[ORIGINAL_SITE_VARIABLE]?.trim() ?? "";
  if (configuration.sites.length === 0 && original !== "") {
    return { source: "environment", sites: siteOfVariable(ORIGINAL_SITE_VARIABLE, original, given) };
  }
  const sites = withArguments(configuration.sites, given).map((entry, index) =>
    siteOfEntry(entry, `sites[${index}]`),
  );
  return { source: "file", sites: refuseSameIds(sites, "sites") };
}
