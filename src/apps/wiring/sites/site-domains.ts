/** Asks the RDAP server of the settings when the sites' domains expire. */
import type { Database } from "../../../core/database.ts";
import { watchDomains } from "../../../core/incidents/domain-registrations.ts";
import type { Log } from "../../../core/log.ts";
import { packageVersion } from "../../../services/configuration/package-version.ts";
import { systemClock } from "../../../services/process/clock.ts";

export interface SiteDomains {
  readonly database: Database;
  /** Base URL of the RDAP server. */
  readonly server: string;
  readonly log: Log;
}

/** Runs until the signal aborts. */
export async function watchSiteDomains(
  { database, server, log }: SiteDomains,
  signal: AbortSignal,
): Promise<void> {
  const { askDomainExpiry } = await import("../../../services/rdap/rdap-client.ts");
  const { registrableDomain } = await import("../../../services/rdap/registrable-domain.ts");
  const userAgent = `Sitewire/${packageVersion()}`;
  await watchDomains(
    {
      registrations: database.domains,
      domainOf: registrableDomain,
      ask: (domain, until) => askDomainExpiry({ server, userAgent }, domain, until),
      clock: systemClock,
      log,
    },
    signal,
  );
}
