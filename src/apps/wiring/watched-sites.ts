/** Which sites an app was told to watch: those on its command line, else in its file, else in `AV_BASE_URL`. */
import { ORIGINAL_SITE_VARIABLE } from "../../contract/configuration.ts";
import { durationSchema } from "../../contract/duration.ts";
import { UsageError } from "../../contract/errors.ts";
import type { Site, SiteDefinition } from "../../contract/site.ts";
import { refuseSameIds, siteOfDefinition, siteOfEntry } from "../../core/sites/named-sites.ts";
import type { AppContext } from "./invocation.ts";

/** As given on a command line; durations are texts such as `10s`. */
export interface SiteArguments {
  readonly urls: readonly string[];
  readonly name?: string | undefined;
  readonly regexp?: string | undefined;
  readonly every?: string | undefined;
  readonly timeout?: string | undefined;
}

/** Throws `UsageError`. */
export function namedSites({ configuration, invocation }: AppContext, given: SiteArguments): readonly Site[] {
  const definition = definitionOf(given);
  if (given.urls.length > 0) return sitesOfArguments(given);
  const entries = configuration.sites.map((entry, index) => siteOfEntry(entry, `sites[${index}]`));
  if (entries.length > 0) return refuseSameIds(entries, "sites");
  const original = invocation.environment[ORIGINAL_SITE_VARIABLE];
  if (original === undefined || original.trim() === "") return [];
  return [siteOfDefinition({ ...definition, url: withScheme(original.trim()) }, ORIGINAL_SITE_VARIABLE)];
}

/** The sites of a command line. Throws `UsageError`. */
export function sitesOfArguments(given: SiteArguments): readonly Site[] {
  if (given.name !== undefined && given.urls.length > 1) {
    throw new UsageError("--name is for one site, but several URLs are given");
  }
  const definition = definitionOf(given);
  const sites = given.urls.map((url) =>
    siteOfDefinition({ ...definition, url: withScheme(url) }, "the command line"),
  );
  return refuseSameIds(sites, "the command line");
}

function definitionOf({ name, regexp, every, timeout }: SiteArguments): Omit<SiteDefinition, "url"> {
  return {
    name,
    regexp,
    intervalMs: parseDuration("--every", every),
    timeoutMs: parseDuration("--timeout", timeout),
  };
}

/** A flag's duration in milliseconds. Throws `UsageError` naming the flag. */
export function parseDuration(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const parsed = durationSchema.safeParse(text);
  if (!parsed.success) throw new UsageError(`${flag} is "${text}": ${parsed.error.issues[0]?.message}`);
  return parsed.data;
}

/** `example.org` is what people type; a scheme of another kind stays, to be refused by name. */
function withScheme(url: string): string {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(url) ? url : `https://${url}`;
}
