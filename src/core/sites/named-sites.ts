/** Converts sites as users write them (command line, file, environment variable) to complete sites. */
import { z } from "zod";
import { shownUrl } from "../../contract/checks/shown-url.ts";
import { defineSite, type Site, type SiteDefinition } from "../../contract/checks/site.ts";
import { formatDuration } from "../../contract/duration.ts";
import { UsageError } from "../../contract/errors.ts";
import { formatPath, type Problem, problemsOf } from "../../contract/problems.ts";
import type { SiteEntry } from "../../contract/settings/configuration.ts";

/** Converts an entry of `sitewire.yaml` or of an import file. Throws `UsageError`, which names the site and the field. */
export function siteOfEntry(entry: SiteEntry, where: string): Site {
  const { url, name, regexp, every, timeout, enabled, tags, incident, dependsOn, ...options } = entry;
  const own = { url, name, regexp, enabled, tags, incident, dependsOn };
  return siteOfDefinition({ ...own, intervalMs: every, timeoutMs: timeout, options }, where);
}

/** Calls `defineSite`. Throws `UsageError`, which names the source of the definition. */
function siteOfDefinition(definition: SiteDefinition, where: string): Site {
  try {
    return defineSite(definition);
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error;
    const lines = problemsOf(error).map(
      (problem) =>
        `${where}: ${fieldOf(problem.path)} of ${siteLabel(definition)}${valueText(definition, problem)}`,
    );
    throw new UsageError(lines.join("\n"));
  }
}

/** A site's name in messages: its name, or its URL without credentials. */
export function siteLabel({ name, url }: Pick<SiteDefinition, "name" | "url">): string {
  return name == null || name === "" ? shownUrl(url) : name;
}

/** A field's name in configuration files: `every` for `intervalMs`, `tls.ca` for `options.tls.ca`. */
export function fieldOf(path: readonly PropertyKey[]): string {
  const [first, ...rest] = path;
  if (first === "intervalMs") return "every";
  if (first === "timeoutMs") return "timeout";
  return first === "options" ? formatPath(rest) : formatPath(path);
}

function valueText(definition: SiteDefinition, { path, message }: Problem): string {
  const [field] = path;
  switch (field) {
    case "url":
      return ` is "${shownUrl(definition.url)}": ${message}`;
    case "name":
    case "regexp":
      return ` is ${JSON.stringify(definition[field])}: ${message}`;
    case "intervalMs":
    case "timeoutMs":
      return ` is ${formatDuration(definition[field] ?? 0)}: ${message}`;
    default:
      return `: ${message}`;
  }
}

/** Throws `UsageError` when two sites have the same id, because their results would be mixed. */
export function refuseSameIds(sites: readonly Site[], where: string): readonly Site[] {
  const seen = new Set<string>();
  for (const site of sites) {
    if (seen.has(site.id)) {
      throw new UsageError(`${where}: ${siteLabel(site)} is named twice: give each site a name of its own`);
    }
    seen.add(site.id);
  }
  return sites;
}
