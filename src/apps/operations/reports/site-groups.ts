/** The groups of status pages, as reports count them. */
import type { Configuration } from "../../../contract/settings/configuration.ts";
import type { Database } from "../../../core/database.ts";
import type { ReportedSite } from "../../../core/reporting/report-records.ts";
import type { SiteGroup } from "../../../core/reporting/uptime-report.ts";
import { isNamed } from "../../../core/status-pages/compose-view.ts";
import { listStatusPages } from "../status-pages/status-pages.ts";

export interface GroupResources {
  readonly database: Pick<Database, "statusPages">;
  readonly configuration: Pick<Configuration, "statusPages">;
}

/** Returns the groups that have one of these sites, by page. Throws `UnavailableError`. */
export async function readSiteGroups(
  resources: GroupResources,
  sites: readonly ReportedSite[],
): Promise<readonly SiteGroup[]> {
  const pages = await listStatusPages(resources);
  return pages.flatMap(({ page }) =>
    page.groups.flatMap(({ name = page.title, sites: named, tags }) => {
      const own = sites.filter(
        (site) =>
          site.tags.some((tag) => tags.includes(tag)) ||
          named.some((entry) => isNamed({ id: site.siteId, name: site.name, url: site.url }, entry.site)),
      );
      if (own.length === 0) return [];
      return [
        {
          key: `${page.slug}/${name}`,
          label: `${page.title}: ${name}`,
          siteIds: new Set(own.map(({ siteId }) => siteId)),
        },
      ];
    }),
  );
}
