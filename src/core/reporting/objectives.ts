/** Which objective of uptime holds for what. Shares of 1. */
import type { ObjectiveEntry } from "../../contract/settings/objective.ts";

interface JudgedSite {
  readonly siteId: string;
  readonly name: string | null;
  readonly url: string;
  readonly tags: readonly string[];
}

/** An entry that names the site holds before those of its tags, of which the strictest holds, and then those for all. */
export function siteObjective(entries: readonly ObjectiveEntry[], site: JudgedSite): number | null {
  const names = [site.siteId, site.name, site.url];
  return (
    strictest(entries.filter(({ sites }) => sites.some((name) => names.includes(name)))) ??
    strictest(entries.filter(({ tags }) => tags.some((tag) => site.tags.includes(tag)))) ??
    generalObjective(entries)
  );
}

export function tagObjective(entries: readonly ObjectiveEntry[], tag: string): number | null {
  return strictest(entries.filter(({ tags }) => tags.includes(tag))) ?? generalObjective(entries);
}

/** The objective of the entries that name neither tags nor sites. */
export function generalObjective(entries: readonly ObjectiveEntry[]): number | null {
  return strictest(entries.filter(({ tags, sites }) => tags.length === 0 && sites.length === 0));
}

function strictest(entries: readonly ObjectiveEntry[]): number | null {
  return entries.length === 0 ? null : Math.max(...entries.map(({ objective }) => objective));
}
