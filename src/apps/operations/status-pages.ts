/** Reads, changes and writes on status pages. */

import { shownUrl } from "../../contract/checks/shown-url.ts";
import { FailureError, UsageError } from "../../contract/errors.ts";
import { isUuid } from "../../contract/identity.ts";
import type { Configuration } from "../../contract/settings/configuration.ts";
import type { NoticeState, StatusPage } from "../../contract/settings/status-page.ts";
import type { Clock } from "../../core/clock.ts";
import type { Database } from "../../core/database.ts";
import { composeView, isNamed } from "../../core/status-pages/compose-view.ts";
import type { StatusPageView } from "../../core/status-pages/page-view.ts";
import type { NewNotice, Notice, StoredPage } from "../../core/status-pages/ports.ts";
import { pageStartMs, withDueSlots } from "../../core/status-pages/site-knowledge.ts";

export interface StatusPageResources {
  readonly database: Pick<Database, "statusPages" | "statusPageRecords" | "maintenanceWindows">;
  readonly configuration: Pick<Configuration, "maintenance" | "statusPages">;
  readonly clock: Clock;
}

/** Returns the pages of the file and of the table, by slug; a page of the file hides one of the table. */
export async function listStatusPages({
  database,
  configuration,
}: Pick<StatusPageResources, "database" | "configuration">): Promise<readonly StoredPage[]> {
  const given: readonly StoredPage[] = configuration.statusPages.map(({ password, ...page }) => ({
    page,
    password: password === undefined ? null : { kind: "plain", value: password },
    revision: 0,
    source: "file",
  }));
  const slugs = new Set(given.map(({ page }) => page.slug));
  const stored = (await database.statusPages.list()).filter(({ page }) => !slugs.has(page.slug));
  return [...given, ...stored].sort((a, b) => (a.page.slug < b.page.slug ? -1 : 1));
}

/** Throws `FailureError` when no page has this slug. */
export async function showStatusPage(
  resources: Pick<StatusPageResources, "database" | "configuration">,
  slug: string,
): Promise<StoredPage> {
  const found = (await listStatusPages(resources)).find(({ page }) => page.slug === slug);
  if (found === undefined) {
    throw new FailureError(`there is no status page "${slug}"; see: sitewire status-page list`);
  }
  return found;
}

/** Returns what a page shows now. Throws `UnavailableError`. */
export async function viewStatusPage(
  { database, configuration, clock }: StatusPageResources,
  page: StatusPage,
): Promise<StatusPageView> {
  const nowMs = clock.now();
  const sinceMs = pageStartMs(page, nowMs);
  const [{ sites, incidents }, notices, stored] = await Promise.all([
    database.statusPageRecords.read(page, sinceMs),
    database.statusPages.notices(page.slug, sinceMs),
    database.maintenanceWindows.list(),
  ]);
  return composeView({
    page,
    nowMs,
    sites: sites.map((site) => withDueSlots(site, page, nowMs)),
    incidents,
    notices,
    windows: [...configuration.maintenance, ...stored.map(({ window }) => window)],
  });
}

/** Returns the ids of sites that a page shows. Throws `FailureError` for an unknown page, and for a site that it does not show. */
export async function siteIdsOnPage(
  resources: Pick<StatusPageResources, "database" | "configuration">,
  slug: string,
  named: readonly string[],
): Promise<readonly string[]> {
  const { page } = await showStatusPage(resources, slug);
  const { sites } = await resources.database.statusPageRecords.read(page, Date.UTC(2100, 0));
  return named.map((name) => {
    const found = sites.find(({ site }) => isNamed(site, name));
    if (found === undefined)
      throw new FailureError(`the status page "${slug}" shows no site "${shownUrl(name)}"`);
    return found.site.id;
  });
}

/** Writes about an incident on a page. Throws `FailureError` for an unknown page. */
export async function addNotice(
  resources: Pick<StatusPageResources, "database" | "configuration">,
  notice: NewNotice,
): Promise<Notice> {
  await showStatusPage(resources, notice.slug);
  refuseEmpty(notice);
  return await resources.database.statusPages.addNotice(notice);
}

/** Adds an update to a notice. Throws `FailureError` for an unknown notice. */
export async function addNoticeUpdate(
  { database }: Pick<StatusPageResources, "database">,
  update: {
    readonly noticeId: string;
    readonly state: NoticeState;
    readonly text: string;
    readonly by: string;
  },
): Promise<Notice> {
  refuseEmpty(update);
  if (!isUuid(update.noticeId)) throw new UsageError(`"${update.noticeId}" is not the id of a notice`);
  const notice = await database.statusPages.addUpdate(update);
  if (notice === null) throw new FailureError(`there is no notice ${update.noticeId}`);
  return notice;
}

function refuseEmpty({ text, title }: { readonly text: string; readonly title?: string }): void {
  if (text.trim() === "") throw new UsageError("the text is empty");
  if (title?.trim() === "") throw new UsageError("the title is empty");
}
