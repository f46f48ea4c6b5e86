/** Port for changing single sites, as people do with the API. */
import type { SiteSource } from "../../contract/api/sites/sites.ts";
import type { Site } from "../../contract/checks/site.ts";

/** A row of the table. Instants are milliseconds since the epoch. */
export interface StoredSite {
  readonly site: Site;
  readonly source: SiteSource;
  /** True for a site of the table that was not removed. */
  readonly inSchedule: boolean;
  /** Raised by every change. */
  readonly revision: number;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

export type EditOutcome =
  | "done"
  /** Somebody else changed the site: its revision is another one. */
  | "changed"
  | "unknown site";

export interface BulkSiteChange {
  readonly enabled?: boolean | undefined;
  readonly addTags?: readonly string[] | undefined;
  readonly removeTags?: readonly string[] | undefined;
  readonly intervalMs?: number | undefined;
  readonly delete?: true | undefined;
}

/** A `revision` of null means any. Every method throws `UnavailableError` while the database cannot serve. */
export interface SiteEditor {
  /** Also finds sites outside the table and removed ones. */
  find(id: string): Promise<StoredSite | null>;
  /** Whether another site of the table has this name, or this URL where both have no name. */
  hasSameName(site: Site): Promise<boolean>;
  /** Returns false when the table or a monitor's own definition has a site with this id. */
  add(site: Site): Promise<boolean>;
  update(site: Site, revision: number | null): Promise<EditOutcome>;
  /** Takes the site from the schedule; it can be restored. */
  remove(id: string, revision: number | null): Promise<EditOutcome>;
  /** Returns false when no site with this id was removed. */
  restore(id: string): Promise<boolean>;
  /** Changes all sites or none, and returns the ids of those that it changed: sites of the table with at most 50 tags. */
  changeMany(ids: readonly string[], change: BulkSiteChange): Promise<readonly string[]>;
}
