/** Writes a site as an entry of `sites` in `sitewire.yaml`. */
import { stringify } from "yaml";
import { defineSite, type Site } from "../../contract/checks/site.ts";
import { formatDuration } from "../../contract/duration.ts";
import { lacksSecrets } from "./kept-secrets.ts";
import { shownSite } from "./shown-site.ts";

/** What equals its default is left out, and secrets are `***`. */
export function siteYaml(site: Site): string {
  const { name, url, regexp, intervalMs, timeoutMs, enabled, tags, incident, dependsOn, options } =
    shownSite(site);
  const usual = defineSite({ url: "https://example.org/" });
  const entry = {
    url,
    ...(name === null ? {} : { name }),
    ...(regexp === null ? {} : { regexp }),
    ...(intervalMs === usual.intervalMs ? {} : { every: formatDuration(intervalMs) }),
    ...(timeoutMs === usual.timeoutMs ? {} : { timeout: formatDuration(timeoutMs) }),
    ...(enabled ? {} : { enabled }),
    ...(tags.length === 0 ? {} : { tags }),
    ...(incident === null ? {} : { incident }),
    ...(dependsOn === null ? {} : { dependsOn }),
    ...options,
  };
  const hint = lacksSecrets(shownSite(site))
    ? "# *** stands for a secret: give it, best as ${A_VARIABLE}\n"
    : "";
  return `${hint}${stringify([entry])}`;
}
