/** Which sites an app was told to watch: those on its command line, else in its file, else in `AV_BASE_URL`. */
import { ORIGINAL_SITE_VARIABLE } from "../../contract/configuration.ts";
import type { Site } from "../../contract/site.ts";
import { refuseSameIds, siteOfEntry } from "../../core/sites/named-sites.ts";
import { type SiteArguments, siteOfVariable, sitesOfArguments } from "../../core/sites/site-arguments.ts";
import type { AppContext } from "./invocation.ts";

/** Throws `UsageError`. */
export function namedSites({ configuration, invocation }: AppContext, given: SiteArguments): readonly Site[] {
  if (given.urls.length > 0) return sitesOfArguments(given);
  const entries = configuration.sites.map((entry, index) => siteOfEntry(entry, `sites[${index}]`));
  if (entries.length > 0) return refuseSameIds(entries, "sites");
  const original = invocation.environment[ORIGINAL_SITE_VARIABLE]?.trim() ?? "";
  return original === "" ? [] : [siteOfVariable(ORIGINAL_SITE_VARIABLE, original, given)];
}
