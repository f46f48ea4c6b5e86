/** Sites as they are named on a command line. */
import { durationSchema } from "../../contract/duration.ts";
import { UsageError } from "../../contract/errors.ts";
import type { Site, SiteDefinition } from "../../contract/site.ts";
import { refuseSameIds, siteOfDefinition } from "./named-sites.ts";

/** As given on a command line; durations are texts such as `10s`. */
export interface SiteArguments {
  readonly urls: readonly string[];
  readonly name?: string | undefined;
  readonly regexp?: string | undefined;
  readonly every?: string | undefined;
  readonly timeout?: string | undefined;
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

/** The one site of a variable of the original system, with a command line's options. Throws `UsageError`. */
export function siteOfVariable(variable: string, url: string, given: SiteArguments): Site {
  return siteOfDefinition({ ...definitionOf(given), url: withScheme(url) }, variable);
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
