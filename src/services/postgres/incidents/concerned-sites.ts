/** Reads the sites that a batch of results concerns. */
import { incidentSettingsSchema } from "../../../contract/alerting/incident-settings.ts";
import { DEFAULT_INTERVAL_MS } from "../../../contract/checks/site.ts";
import { DEFAULT_INCIDENT_POLICY, type IncidentPolicy } from "../../../core/incidents/policy.ts";
import { uuidColumn } from "../binary/columns.ts";
import type { Sql } from "../connecting/sql.ts";

export interface ConcernedSite {
  readonly siteId: string;
  readonly name: string | null;
  readonly url: string;
  readonly intervalMs: number;
  readonly tags: readonly string[];
  readonly policy: IncidentPolicy;
  /** The newest slot of any location, including this batch; milliseconds since the epoch. */
  readonly newestMs: number | null;
}

/** A site that was deleted from the table still has incidents, under its id. */
const SITES = `
  SELECT wanted.id AS "siteId", site.name, coalesce(site.url, wanted.id::text) AS url,
    coalesce(site.interval_ms, ${DEFAULT_INTERVAL_MS}) AS "intervalMs", coalesce(site.tags, '{}') AS tags, site.incident, (
      SELECT (extract(epoch FROM max(slot)) * 1000)::double precision FROM site_state WHERE site_id = wanted.id
    ) AS "newestMs"
  FROM unnest($1::uuid[]) AS wanted (id) LEFT JOIN sites AS site ON site.id = wanted.id`;

export async function loadConcernedSites(
  sql: Sql,
  siteIds: readonly string[],
): Promise<ReadonlyMap<string, ConcernedSite>> {
  const rows = await sql.rows<Row>(SITES, [uuidColumn(siteIds)]);
  return new Map(rows.map(({ incident, ...site }) => [site.siteId, { ...site, policy: policyOf(incident) }]));
}

type Row = Omit<ConcernedSite, "policy"> & { readonly incident: unknown };

/** Ignores an invalid policy that was written to the table by hand, so results are still recorded. */
function policyOf(incident: unknown): IncidentPolicy {
  const parsed = incidentSettingsSchema.safeParse(incident);
  if (!parsed.success) return DEFAULT_INCIDENT_POLICY;
  const { after, recoverAfter, quorum } = parsed.data;
  return {
    ...DEFAULT_INCIDENT_POLICY,
    openAfterSlots: after ?? DEFAULT_INCIDENT_POLICY.openAfterSlots,
    resolveAfterSlots: recoverAfter ?? DEFAULT_INCIDENT_POLICY.resolveAfterSlots,
    quorum: quorum ?? DEFAULT_INCIDENT_POLICY.quorum,
  };
}
