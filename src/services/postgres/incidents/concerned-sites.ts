/** What recording incidents needs to know of their sites. */
import { incidentSettingsSchema } from "../../../contract/incident-settings.ts";
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
  /** The newest slot of any location, the batch's own included; milliseconds since the epoch. */
  readonly newestMs: number | null;
}

const SITES = `
  SELECT id AS "siteId", name, url, interval_ms AS "intervalMs", tags, incident, (
    SELECT (extract(epoch FROM max(slot)) * 1000)::double precision FROM site_state WHERE site_id = site.id
  ) AS "newestMs"
  FROM sites AS site WHERE id = ANY ($1::uuid[])`;

export async function loadConcernedSites(
  sql: Sql,
  siteIds: readonly string[],
): Promise<ReadonlyMap<string, ConcernedSite>> {
  const rows = await sql.rows<Row>(SITES, [uuidColumn(siteIds)]);
  return new Map(rows.map(({ incident, ...site }) => [site.siteId, { ...site, policy: policyOf(incident) }]));
}

type Row = Omit<ConcernedSite, "policy"> & { readonly incident: unknown };

/** What somebody wrote by hand and is no policy counts as none: results are recorded all the same. */
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
