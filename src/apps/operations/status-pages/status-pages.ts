/** Lists, adds, changes and removes status pages. */
import { shownUrl } from "../../../contract/checks/shown-url.ts";
import { FailureError } from "../../../contract/errors.ts";
import type { Configuration } from "../../../contract/settings/configuration.ts";
import type { StatusPage } from "../../../contract/settings/status-page.ts";
import { hashPassword } from "../../../core/accounts/password.ts";
import type { Database } from "../../../core/database.ts";
import { InvalidDefinitionError } from "../../../core/sites/site-definitions.ts";
import { unusableHostName } from "../../../core/status-pages/host-names.ts";
import type { StoredPage } from "../../../core/status-pages/ports.ts";

export interface StatusPagesResources {
  readonly database: Pick<Database, "statusPages">;
  readonly configuration: Pick<Configuration, "statusPages" | "server">;
}

/** There is no page, or no notice, of this name. */
export class UnknownStatusPageError extends FailureError {}

/** Somebody else has changed it meanwhile. */
export class StaleStatusPageError extends FailureError {}

/** Returns the pages of the file and of the table, by slug; a page of the file hides one of the table. */
export async function listStatusPages({
  database,
  configuration,
}: {
  readonly database: Pick<Database, "statusPages">;
  readonly configuration: Pick<Configuration, "statusPages">;
}): Promise<readonly StoredPage[]> {
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

/** Throws `UnknownStatusPageError`. */
export async function showStatusPage(resources: StatusPagesResources, slug: string): Promise<StoredPage> {
  const found = (await listStatusPages(resources)).find(({ page }) => page.slug === slug);
  if (found === undefined) {
    throw new UnknownStatusPageError(
      `there is no status page "${shownUrl(slug)}"; see: sitewire status-page list`,
    );
  }
  return found;
}

interface PageDefinition {
  readonly page: StatusPage;
  /** Undefined keeps the present one, null removes it. */
  readonly password: string | null | undefined;
  readonly by: string;
}

/** Throws `InvalidDefinitionError`, and `FailureError` when the slug is taken. */
export async function addStatusPage(
  resources: StatusPagesResources,
  { page, password, by }: PageDefinition,
): Promise<StoredPage> {
  const others = await listStatusPages(resources);
  const taken = new FailureError(`there is a status page "${page.slug}" already`);
  if (others.some((other) => other.page.slug === page.slug)) throw taken;
  refuseHostNames(resources, page, others);
  refuseWithoutPassword(page, password ?? null);
  const passwordHash = await hashOf(password);
  const added = await resources.database.statusPages.add({ page, passwordHash, by });
  if (added === null) throw taken;
  return added;
}

/**
 * Replaces the page that has the slug of `page`. Throws `InvalidDefinitionError`, `UnknownStatusPageError`,
 * `StaleStatusPageError`, and `FailureError` for a page of the file.
 */
export async function changeStatusPage(
  resources: StatusPagesResources,
  { page, password, by, revision }: PageDefinition & { readonly revision: number | undefined },
): Promise<{ readonly before: StoredPage; readonly after: StoredPage }> {
  const before = await editablePage(resources, page.slug);
  const all = await listStatusPages(resources);
  refuseHostNames(
    resources,
    page,
    all.filter((other) => other.page.slug !== page.slug),
  );
  refuseWithoutPassword(page, password === undefined ? before.password : password);
  const passwordHash = await hashOf(password);
  const after = await resources.database.statusPages.replace({ page, passwordHash, by }, revision);
  if (after === null) throw stale(page.slug);
  return { before, after };
}

/**
 * Removes a page with its notices, and returns it. Throws `UnknownStatusPageError`, `StaleStatusPageError`, and
 * `FailureError` for a page of the file.
 */
export async function removeStatusPage(
  resources: StatusPagesResources,
  slug: string,
  revision: number | undefined,
): Promise<StoredPage> {
  const before = await editablePage(resources, slug);
  if (!(await resources.database.statusPages.remove(slug, revision))) throw stale(slug);
  return before;
}

async function editablePage(resources: StatusPagesResources, slug: string): Promise<StoredPage> {
  const stored = await showStatusPage(resources, slug);
  if (stored.source === "table") return stored;
  throw new FailureError(`the status page "${slug}" is one of sitewire.yaml: change it there`);
}

function refuseHostNames(
  { configuration }: StatusPagesResources,
  { hostNames }: StatusPage,
  others: readonly StoredPage[],
): void {
  const problems = hostNames.flatMap((hostName, index) => {
    const message = unusableHostName(hostName, {
      others: others.map(({ page }) => page),
      publicUrl: configuration.server.publicUrl,
    });
    return message === null ? [] : [{ field: `hostNames[${index}]`, message }];
  });
  if (problems.length > 0) throw new InvalidDefinitionError(problems);
}

function refuseWithoutPassword({ visibility }: StatusPage, password: unknown): void {
  if (visibility !== "password" || password !== null) return;
  throw new InvalidDefinitionError([
    { field: "password", message: "is missing, but visibility is password" },
  ]);
}

async function hashOf(password: string | null | undefined): Promise<string | null | undefined> {
  return typeof password === "string" ? await hashPassword(password) : password;
}

function stale(slug: string): StaleStatusPageError {
  return new StaleStatusPageError(`somebody else has changed the status page "${slug}"`);
}
