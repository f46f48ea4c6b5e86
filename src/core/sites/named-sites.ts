/** From how people name sites (a command line, a file, one variable) to complete sites. */
import { z } from "zod";
import type { SiteEntry } from "../../contract/configuration.ts";
import { UsageError } from "../../contract/errors.ts";
import { defineSite, type Site, type SiteDefinition } from "../../contract/site.ts";

/** The site of an entry of `sitewire.yaml` or of an import file. Throws `UsageError` naming the field. */
export function siteOfEntry(entry: SiteEntry, where: string): Site {
  const { url, name, regexp, every, timeout, enabled, ...options } = entry;
  return siteOfDefinition(
    { url, name, regexp, intervalMs: every, timeoutMs: timeout, enabled, options },
    where,
  );
}

/** As `defineSite`, with errors that say where the site was named. Throws `UsageError`. */
export function siteOfDefinition(definition: SiteDefinition, where: string): Site {
  try {
    return defineSite(definition);
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error;
    const [issue] = error.issues;
    const field = issue?.path.join(".") ?? "site";
    throw new UsageError(
      `${where}: ${field} is ${describe(definition, field)}: ${issue?.message ?? "is not valid"}`,
    );
  }
}

const FIELD_NAMES: Readonly<Record<string, keyof SiteDefinition>> = {
  url: "url",
  name: "name",
  regexp: "regexp",
  intervalMs: "intervalMs",
  timeoutMs: "timeoutMs",
};

function describe(definition: SiteDefinition, field: string): string {
  const name = FIELD_NAMES[field];
  return name === undefined ? "wrong" : JSON.stringify(definition[name]);
}

/** Throws `UsageError` when two sites would share an id, and so each other's results. */
export function refuseSameIds(sites: readonly Site[], where: string): readonly Site[] {
  const seen = new Map<string, Site>();
  for (const site of sites) {
    const other = seen.get(site.id);
    if (other !== undefined) {
      throw new UsageError(
        `${where}: ${site.name ?? site.url} is named twice: give each site a name of its own`,
      );
    }
    seen.set(site.id, site);
  }
  return sites;
}
