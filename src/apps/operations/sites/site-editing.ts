/** Adds, changes and removes sites of the table, as people do with the API. What a person may not see is not found. */
import type { SiteSource } from "../../../contract/api/sites/sites.ts";
import type { Site, SiteDefinition } from "../../../contract/checks/site.ts";
import { FailureError } from "../../../contract/errors.ts";
import { randomSiteId } from "../../../contract/identity.ts";
import { canSee } from "../../../core/accounts/actor.ts";
import type { Checker } from "../../../core/checking/checker.ts";
import type { Database } from "../../../core/database.ts";
import type { BulkSiteChange, StoredSite } from "../../../core/sites/editing.ts";
import { siteLabel } from "../../../core/sites/named-sites.ts";
import { shownSite } from "../../../core/sites/shown-site.ts";
import { InvalidDefinitionError, siteOfRequest } from "../../../core/sites/site-definitions.ts";

interface Resources {
  readonly database: Pick<Database, "siteEditor">;
}

interface CheckedResources extends Resources {
  readonly checker: Checker;
}

interface Visible {
  /** Null sees all sites. */
  readonly visibleTags: readonly string[] | null;
}

interface OneSite extends Visible {
  readonly id: string;
  /** The revision that the change is meant for; null means any. */
  readonly revision: number | null;
}

/** The fields of a definition that change. */
type SiteFields = Omit<SiteDefinition, "url"> & { readonly url?: string | undefined };

/** A change and what it replaced. `before` is null for a new site. */
export interface EditedSite {
  readonly before: StoredSite | null;
  readonly after: StoredSite;
}

/** `changed`: somebody else changed the site in between. */
export type Edit = EditedSite | "unknown site" | "changed";

/** Returns null when there is no such site, or none that the person may see. Throws `UnavailableError`. */
export async function findSite(
  { database }: Resources,
  { id, visibleTags }: Visible & { readonly id: string },
): Promise<StoredSite | null> {
  const stored = await database.siteEditor.find(id);
  return stored === null || !canSee(visibleTags, stored.site.tags) ? null : stored;
}

/**
 * Adds a site. Throws `InvalidDefinitionError`, or `FailureError` when a site with this name, or with this URL and no name,
 * exists.
 */
export async function addSite(
  { database, checker }: CheckedResources,
  { definition, visibleTags }: Visible & { readonly definition: SiteDefinition },
): Promise<EditedSite> {
  const derived = siteOfRequest(checker, definition, null);
  requireVisible(derived, visibleTags);
  const known = await database.siteEditor.find(derived.id);
  // A renamed site keeps its id, which was derived from its old name.
  const site =
    known?.inSchedule === true && !isSame(known.site, derived) ? { ...derived, id: randomSiteId() } : derived;
  await refuseSameName(database, site);
  if (!(await database.siteEditor.add(site))) throw new FailureError(takenBy(site, known));
  return { before: null, after: await stored(database, site.id) };
}

/** Replaces a definition. Throws `InvalidDefinitionError`, or `FailureError` for a site that is defined elsewhere. */
export async function replaceSite(
  { database, checker }: CheckedResources,
  { definition, ...which }: OneSite & { readonly definition: SiteDefinition },
): Promise<Edit> {
  return await change({ database, checker }, which, () => definition);
}

/** Changes some fields; `options` replaces all options. Throws what `replaceSite` throws. */
export async function changeSite(
  resources: CheckedResources,
  { change: fields, ...which }: OneSite & { readonly change: SiteFields },
): Promise<Edit> {
  return await change(resources, which, (site) => {
    const shown = shownSite(site);
    return { ...shown, ...fields, url: fields.url ?? shown.url };
  });
}

/** Takes a site from the schedule; `restoreSite` undoes it. Its results stay. */
export async function deleteSite({ database }: Resources, which: OneSite): Promise<Edit> {
  const before = await editable(database, which);
  if (before === null) return "unknown site";
  const outcome = await database.siteEditor.remove(which.id, which.revision);
  return outcome === "done" ? { before, after: await stored(database, which.id) } : outcome;
}

/** Undoes `deleteSite`. Throws `FailureError` when a site with the same name was added since. */
export async function restoreSite(
  { database }: Resources,
  which: Visible & { readonly id: string },
): Promise<Edit> {
  const before = await findSite({ database }, which);
  if (before === null || before.source !== "table") return "unknown site";
  if (before.inSchedule) return { before, after: before };
  await refuseSameName(database, before.site);
  if (!(await database.siteEditor.restore(which.id))) return "unknown site";
  return { before, after: await stored(database, which.id) };
}

interface BulkOutcome {
  readonly changed: readonly string[];
  readonly skipped: readonly { readonly id: string; readonly reason: string }[];
}

/** Changes many sites, all that are editable. `sites` are those that the person sees. */
export async function changeSites(
  { database }: Resources,
  {
    ids,
    sites,
    change: changed,
    visibleTags,
  }: Visible & {
    readonly ids: readonly string[];
    readonly sites: ReadonlyMap<string, { readonly source: SiteSource; readonly tags: readonly string[] }>;
    readonly change: BulkSiteChange;
  },
): Promise<BulkOutcome> {
  const skipped: { id: string; reason: string }[] = [];
  const wanted: string[] = [];
  for (const id of new Set(ids)) {
    const site = sites.get(id);
    if (site === undefined) skipped.push({ id, reason: "there is no such site" });
    else if (site.source !== "table") skipped.push({ id, reason: whereDefined(site.source) });
    else if (hides(site.tags, changed, visibleTags)) {
      skipped.push({ id, reason: "it would lose the last tag by which you see it" });
    } else wanted.push(id);
  }
  const done = new Set(await database.siteEditor.changeMany(wanted, changed));
  for (const id of wanted) {
    if (!done.has(id)) skipped.push({ id, reason: "it would have more than 50 tags, or was deleted" });
  }
  return { changed: [...done], skipped };
}

/** Where to change a site that is defined outside the table. */
export function whereDefined(source: Exclude<SiteSource, "table">): string {
  switch (source) {
    case "file":
      return "it is defined in sitewire.yaml of the process that watches it: change it there and restart that process";
    case "command line":
      return "it is named on the command line of the process that watches it: start that process with other arguments";
    case "environment":
      return "it is named by AV_BASE_URL in the environment of the process that watches it: change it there";
    case "observed":
      return "only its results are known here: change it where its monitor defines it";
    default:
      return source satisfies never;
  }
}

async function change(
  { database, checker }: CheckedResources,
  which: OneSite,
  /** Gets the site as people see it; secrets that it leaves as `***` stay. */
  definitionOf: (site: Site) => SiteDefinition,
): Promise<Edit> {
  const before = await editable(database, which);
  if (before === null) return "unknown site";
  if (which.revision !== null && which.revision !== before.revision) return "changed";
  const site = siteOfRequest(checker, definitionOf(before.site), before.site);
  requireVisible(site, which.visibleTags);
  await refuseSameName(database, site);
  // The definition was made from this revision, also where the caller means any.
  const outcome = await database.siteEditor.update(site, before.revision);
  return outcome === "done" ? { before, after: await stored(database, site.id) } : outcome;
}

/** Returns null for a site that is unknown, removed or not visible. Throws `FailureError` for one defined elsewhere. */
async function editable(database: Resources["database"], which: OneSite): Promise<StoredSite | null> {
  const found = await findSite({ database }, which);
  if (found === null) return null;
  if (found.source !== "table") {
    throw new FailureError(`${siteLabel(found.site)} can't be changed here: ${whereDefined(found.source)}`);
  }
  return found.inSchedule ? found : null;
}

async function stored({ siteEditor }: Resources["database"], id: string): Promise<StoredSite> {
  const found = await siteEditor.find(id);
  if (found === null) throw new FailureError("the site was deleted meanwhile");
  return found;
}

async function refuseSameName({ siteEditor }: Resources["database"], site: Site): Promise<void> {
  if (await siteEditor.hasSameName(site)) throw new FailureError(takenBy(site, null));
}

function takenBy(site: Site, known: StoredSite | null): string {
  if (known !== null && known.source !== "table") {
    return `${siteLabel(site)} is watched already: ${known.source === "observed" ? "" : whereDefined(known.source)}`;
  }
  return site.name === null
    ? `${siteLabel(site)} exists: give one of the two a name`
    : `a site with the name ${site.name} exists: choose another name`;
}

/** Whether two sites have the same name, or both none. */
function isSame(one: Site, other: Site): boolean {
  return one.name === other.name;
}

/** Nobody may make a site that they then could not see. */
function requireVisible({ tags }: Site, visibleTags: readonly string[] | null): void {
  if (canSee(visibleTags, tags)) return;
  const message = `must contain one of the tags that you see: ${visibleTags?.join(", ")}`;
  throw new InvalidDefinitionError([{ field: "tags", message }]);
}

function hides(
  tags: readonly string[],
  { addTags = [], removeTags = [] }: BulkSiteChange,
  visibleTags: readonly string[] | null,
): boolean {
  return !canSee(
    visibleTags,
    [...tags, ...addTags].filter((tag) => !removeTags.includes(tag)),
  );
}
