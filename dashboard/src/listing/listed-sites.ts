/** From all sites to what the list shows: filtered, ordered and grouped. */
import type { SiteState, SiteSummary } from "../../../src/contract/api/sites/sites.ts";
import type { SiteTable } from "../api/site-table.ts";
import { type Order, type SitesView, siteStates } from "./sites-view.ts";

export type ListEntry =
  | { readonly kind: "site"; readonly id: string }
  | {
      readonly kind: "group";
      /** The tag, host or state; null for sites without a tag. */
      readonly name: string | null;
      readonly sites: number;
      readonly states: ReadonlyMap<SiteState, number>;
    };

export interface ListedSites {
  /** In the order in which they are shown, without those of closed groups. */
  readonly entries: readonly ListEntry[];
  /** How many match the view. */
  readonly matching: number;
  /** How many of each state match search and tag. */
  readonly states: ReadonlyMap<SiteState, number>;
}

export function listSites(table: SiteTable, view: SitesView, closedGroups: ReadonlySet<string>): ListedSites {
  const found = sitesMatching(table, view);
  const shown = view.state === undefined ? found : found.filter((site) => site.state === view.state);
  const ordered = inOrder(shown, view.sort ?? "state");
  return {
    entries: view.group === undefined ? ordered.map(asEntry) : grouped(ordered, view.group, closedGroups),
    matching: shown.length,
    states: countStates(found),
  };
}

/** Those that search and tag allow, in the order of their names. */
function sitesMatching(table: SiteTable, { q, tag }: SitesView): SiteSummary[] {
  const words = (q ?? "").toLowerCase().split(/\s+/).filter(Boolean);
  const found: SiteSummary[] = [];
  for (const id of table.ids) {
    const site = table.byId.get(id);
    if (!site || (tag !== undefined && !site.tags.includes(tag))) continue;
    const text = table.textById.get(id) ?? "";
    if (words.every((word) => text.includes(word))) found.push(site);
  }
  return found;
}

const stateRank = new Map<SiteState, number>(siteStates.map((state, rank) => [state, rank]));

const rankOf: Record<Exclude<Order, "name">, (site: SiteSummary) => number> = {
  state: (site) => (site.inMaintenance ? 0.5 : 0) + (stateRank.get(site.state) ?? siteStates.length),
  p95: (site) => -(site.p95Ms ?? -1),
  uptime: (site) => site.uptimeMonth ?? 2,
  certificate: (site) =>
    site.certificateExpiresAt === null ? Number.POSITIVE_INFINITY : Date.parse(site.certificateExpiresAt),
  checked: (site) => (site.checkedAt === null ? 0 : -Date.parse(site.checkedAt)),
};

/** Sites come in the order of their names, which stays where the rank is equal. */
function inOrder(sites: SiteSummary[], order: Order): SiteSummary[] {
  if (order === "name") return sites;
  const ranked = sites.map((site) => ({ site, rank: rankOf[order](site) }));
  ranked.sort((one, other) => (one.rank === other.rank ? 0 : one.rank - other.rank));
  return ranked.map(({ site }) => site);
}

function grouped(
  sites: readonly SiteSummary[],
  by: NonNullable<SitesView["group"]>,
  closedGroups: ReadonlySet<string>,
): ListEntry[] {
  const groups = new Map<string | null, SiteSummary[]>();
  for (const site of sites) {
    for (const name of groupNames(site, by)) {
      const members = groups.get(name);
      if (members) members.push(site);
      else groups.set(name, [site]);
    }
  }
  const names = [...groups.keys()];
  if (by !== "state")
    names.sort((one, other) => (one === null ? 1 : other === null ? -1 : one.localeCompare(other)));
  return names.flatMap((name) => {
    const members = groups.get(name) ?? [];
    const heading: ListEntry = { kind: "group", name, sites: members.length, states: countStates(members) };
    return closedGroups.has(name ?? "") ? [heading] : [heading, ...members.map(asEntry)];
  });
}

/** A site with two tags is in two groups. */
function groupNames(site: SiteSummary, by: NonNullable<SitesView["group"]>): readonly (string | null)[] {
  if (by === "state") return [site.state];
  if (by === "tag") return site.tags.length === 0 ? [null] : site.tags;
  return [URL.parse(site.url)?.host ?? site.url];
}

function countStates(sites: readonly SiteSummary[]): Map<SiteState, number> {
  const counts = new Map<SiteState, number>();
  for (const { state } of sites) counts.set(state, (counts.get(state) ?? 0) + 1);
  return counts;
}

function asEntry(site: SiteSummary): ListEntry {
  return { kind: "site", id: site.id };
}
