/** The sites table, as the command line works on it. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { siteEntrySchema } from "../../contract/configuration.ts";
import { FailureError, UsageError } from "../../contract/errors.ts";
import type { Site } from "../../contract/site.ts";
import { refuseSameIds, siteOfEntry } from "../../core/sites/named-sites.ts";
import type { SiteStore } from "../../core/sites/ports.ts";
import { createAppChecker } from "../wiring/checking.ts";
import { connectDatabase } from "../wiring/databases.ts";
import { type AppContext, type Invocation, startApp } from "../wiring/invocation.ts";
import { type SiteArguments, sitesOfArguments } from "../wiring/watched-sites.ts";

/** Throws `UsageError` or `InvalidSiteError` when the site can't be checked as given. */
export async function addSite(
  invocation: Invocation,
  given: SiteArguments & { enabled: boolean },
): Promise<Site> {
  const context = startApp("sites", invocation);
  const [site] = sitesOfArguments(given);
  if (site === undefined) throw new UsageError("no URL given");
  const saved = { ...site, enabled: given.enabled };
  refuseUncheckable([saved], context);
  await withSites(context, (sites) => sites.save([saved]));
  return saved;
}

export async function listSites(invocation: Invocation): Promise<readonly Site[]> {
  return await withSites(startApp("sites", invocation), (sites) => sites.list());
}

/** Throws `FailureError` when there is no such site. */
export async function removeSite(invocation: Invocation, idNameOrUrl: string): Promise<void> {
  const removed = await withSites(startApp("sites", invocation), (sites) => sites.remove(idNameOrUrl));
  if (!removed)
    throw new FailureError(`no site has the id, name or URL ${idNameOrUrl}; see: sitewire sites list`);
}

const importSchema = z.union([z.array(siteEntrySchema), z.looseObject({ sites: z.array(siteEntrySchema) })]);

/** All or none. Throws `UsageError` naming the entry and field that is wrong. */
export async function importSites(invocation: Invocation, file: string): Promise<readonly Site[]> {
  const context = startApp("sites", invocation);
  const parsed = importSchema.safeParse(readDocument(resolve(invocation.workingDirectory, file), file));
  if (!parsed.success)
    throw new UsageError(`${file}: ${z.prettifyError(parsed.error).replaceAll("\n", " ")}`);
  const entries = Array.isArray(parsed.data) ? parsed.data : parsed.data.sites;
  const sites = refuseSameIds(
    entries.map((entry, index) => siteOfEntry(entry, `${file}: site ${index + 1}`)),
    file,
  );
  refuseUncheckable(sites, context);
  await withSites(context, (store) => store.save(sites));
  return sites;
}

/** A pattern that can't be compiled is refused when the site is saved, not found out at its first check. */
function refuseUncheckable(sites: readonly Site[], context: AppContext): void {
  const checker = createAppChecker(context);
  for (const site of sites) checker.prepare(site);
}

function readDocument(path: string, file: string): unknown {
  try {
    return parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new UsageError(`${file}: ${error instanceof Error ? error.message.split("\n")[0] : String(error)}`);
  }
}

async function withSites<T>(context: AppContext, work: (sites: SiteStore) => Promise<T>): Promise<T> {
  const { database } = await connectDatabase(context);
  try {
    await database.migrate();
    return await work(database.sites);
  } finally {
    await database.close();
  }
}
