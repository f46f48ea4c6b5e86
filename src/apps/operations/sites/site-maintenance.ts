/** When a site was in planned maintenance, by the windows of sitewire.yaml and of the table. */
import type { Configuration } from "../../../contract/settings/configuration.ts";
import type { Database } from "../../../core/database.ts";
import type { MaintainedSite } from "../../../core/maintenance-windows/active-window.ts";
import {
  type MaintenanceTimes,
  maintenanceTimes,
} from "../../../core/maintenance-windows/recorded-windows.ts";
import type { TimeRange } from "../../../core/reporting/site-records.ts";
import type { StoredSite } from "../../../core/sites/editing.ts";
import { recordedWindows } from "../alerting/maintenance.ts";

export interface MaintenanceResources {
  readonly database: Pick<Database, "maintenanceWindows">;
  readonly configuration: Pick<Configuration, "maintenance">;
}

/** Throws `UnavailableError`. */
export async function readMaintenanceTimes(
  { database, configuration }: MaintenanceResources,
  range: TimeRange,
): Promise<MaintenanceTimes> {
  const { maintenanceWindows } = database;
  const windows = await recordedWindows({ maintenanceWindows, fileWindows: configuration.maintenance });
  return maintenanceTimes(windows, range);
}

export function maintainedSite({ site }: StoredSite): MaintainedSite {
  return { siteId: site.id, siteName: site.name, url: site.url, tags: site.tags };
}
