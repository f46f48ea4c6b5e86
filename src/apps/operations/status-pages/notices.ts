/** What people write on status pages about incidents. */
import { UsageError } from "../../../contract/errors.ts";
import { isUuid } from "../../../contract/identity.ts";
import type { NoticeImpact, NoticeState } from "../../../contract/settings/status-page.ts";
import type { Database } from "../../../core/database.ts";
import type { Notice } from "../../../core/status-pages/ports.ts";
import {
  StaleStatusPageError,
  type StatusPagesResources,
  showStatusPage,
  UnknownStatusPageError,
} from "./status-pages.ts";
import { siteIdsOnPage } from "./viewing.ts";

export interface NoticeResources extends StatusPagesResources {
  readonly database: Pick<Database, "statusPages" | "statusPageRecords" | "incidents">;
}

export interface NoticeContent {
  readonly title: string;
  readonly impact: NoticeImpact;
  /** Sites of the page, by id, name or URL. */
  readonly sites: readonly string[];
  /** The detected incident that it is about: the page shows the notice in its place. */
  readonly incidentId: string | null;
}

export interface UpdateContent {
  readonly state: NoticeState;
  readonly text: string;
  readonly by: string;
}

/** Open ones, and those resolved since `sinceMs`; newest first. Throws `UnknownStatusPageError`. */
export async function listNotices(
  resources: NoticeResources,
  slug: string,
  sinceMs: number,
): Promise<readonly Notice[]> {
  await showStatusPage(resources, slug);
  return await resources.database.statusPages.notices(slug, sinceMs);
}

/**
 * Throws `UnknownStatusPageError`, also for a notice of another page than `slug` (undefined: of any page), and
 * `UsageError` for what is no id.
 */
export async function showNotice(
  { database }: Pick<NoticeResources, "database">,
  id: string,
  slug?: string,
): Promise<Notice> {
  if (!isUuid(id)) throw new UsageError(`"${id}" is not the id of a notice`);
  const notice = await database.statusPages.findNotice(id.toLowerCase());
  if (notice === null || (slug !== undefined && notice.slug !== slug))
    throw new UnknownStatusPageError(`there is no notice ${id}`);
  return notice;
}

/** Throws `UnknownStatusPageError`, and `FailureError` for a site that the page does not show. */
export async function addNotice(
  resources: NoticeResources,
  slug: string,
  { sites, ...notice }: NoticeContent & UpdateContent,
): Promise<Notice> {
  const { page } = await showStatusPage(resources, slug);
  refuseEmpty("title", notice.title);
  refuseEmpty("text", notice.text);
  await refuseUnknownIncident(resources, notice.incidentId);
  const siteIds = await siteIdsOnPage(resources.database, page, sites);
  return await resources.database.statusPages.addNotice({ ...notice, slug, siteIds });
}

/** Changes all but the updates. Throws what `addNotice` throws, and `StaleStatusPageError`. */
export async function changeNotice(
  resources: NoticeResources,
  { slug, id, revision }: WhichNotice,
  { sites, ...change }: NoticeContent,
): Promise<{ readonly before: Notice; readonly after: Notice }> {
  const { page } = await showStatusPage(resources, slug);
  const before = await showNotice(resources, id, slug);
  refuseEmpty("title", change.title);
  await refuseUnknownIncident(resources, change.incidentId);
  const siteIds = await siteIdsOnPage(resources.database, page, sites);
  const which = { id: before.id, revision };
  const after = await resources.database.statusPages.changeNotice({ ...change, ...which, siteIds });
  if (after === null) throw new StaleStatusPageError("somebody else has changed this notice");
  return { before, after };
}

/** Returns what is removed. Throws `UnknownStatusPageError` and `StaleStatusPageError`. */
export async function removeNotice(
  resources: NoticeResources,
  { slug, id, revision }: WhichNotice,
): Promise<Notice> {
  const before = await showNotice(resources, id, slug);
  if (await resources.database.statusPages.removeNotice(before.id, revision)) return before;
  throw new StaleStatusPageError("somebody else has changed this notice");
}

export interface WhichNotice {
  readonly slug: string;
  readonly id: string;
  /** The revision to change; any when undefined. */
  readonly revision: number | undefined;
}

/** `resolved` ends a notice, and any other state opens it again. Throws `UnknownStatusPageError`. */
export async function addNoticeUpdate(
  resources: Pick<NoticeResources, "database">,
  { id, slug }: { readonly id: string; readonly slug?: string },
  update: UpdateContent,
): Promise<Notice> {
  refuseEmpty("text", update.text);
  const { id: noticeId } = await showNotice(resources, id, slug);
  const notice = await resources.database.statusPages.addUpdate({ ...update, noticeId });
  if (notice === null) throw new UnknownStatusPageError(`there is no notice ${id}`);
  return notice;
}

async function refuseUnknownIncident(
  { database }: Pick<NoticeResources, "database">,
  incidentId: string | null,
): Promise<void> {
  if (incidentId === null) return;
  const known = isUuid(incidentId) && (await database.incidents.show(incidentId)) !== null;
  if (!known) throw new UsageError(`there is no incident ${incidentId}`);
}

function refuseEmpty(field: "title" | "text", value: string): void {
  if (value.trim() === "") throw new UsageError(`the ${field} is empty`);
}
