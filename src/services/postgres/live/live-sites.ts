/** What a live update of a site follows from. */
import type { Verdict } from "../../../contract/checks/check-result.ts";
import type { LiveLocation, LiveSiteFacts } from "../../../core/live/ports.ts";
import type { Sql, SqlValue } from "../connecting/sql.ts";

const SITES = `
  SELECT site.id, site.tags, site.enabled, site.interval_ms AS "intervalMs", site.created_at AS "createdAt",
    incident.id AS "incidentId", state.slot, state.checked_at AS "checkedAt", state.verdict,
    state.status_code AS "statusCode", state.response_time_ms AS "responseTimeMs", state.error_code AS "errorCode",
    state.error_message AS "errorMessage"
  FROM unnest($1::uuid[]) AS wanted (id)
  JOIN sites AS site ON site.id = wanted.id
  JOIN site_state AS state ON state.site_id = site.id
  LEFT JOIN LATERAL (
    SELECT id FROM incidents WHERE site_id = site.id AND state <> 'resolved' ORDER BY since DESC LIMIT 1
  ) AS incident ON true
  ORDER BY site.id, state.location`;

type SiteRow = {
  readonly id: string;
  readonly tags: readonly string[];
  readonly enabled: boolean;
  readonly intervalMs: number;
  readonly createdAt: Date;
  readonly incidentId: string | null;
  readonly slot: Date;
  readonly checkedAt: Date;
  readonly verdict: Verdict;
  readonly statusCode: number | null;
  readonly responseTimeMs: number | null;
  readonly errorCode: string | null;
  readonly errorMessage: string | null;
};

/** Sites without a result are left out. */
export async function readLiveSites(sql: Sql, ids: SqlValue): Promise<readonly LiveSiteFacts[]> {
  const rows = await sql.rows<SiteRow>(SITES, [ids]);
  const ofSite = Map.groupBy(rows, ({ id }) => id);
  return [...ofSite.values()].flatMap(([row, ...others]) => {
    if (row === undefined) return [];
    const { id, tags, enabled, intervalMs, incidentId, createdAt } = row;
    const locations = [row, ...others].map(locationOf);
    return [{ id, tags, enabled, intervalMs, createdAtMs: createdAt.getTime(), incidentId, locations }];
  });
}

function locationOf({ slot, checkedAt, verdict, statusCode, responseTimeMs, ...row }: SiteRow): LiveLocation {
  const { errorCode, errorMessage } = row;
  return {
    slotMs: slot.getTime(),
    checkedAtMs: checkedAt.getTime(),
    verdict,
    statusCode,
    responseTimeMs,
    error: errorCode === null ? null : { code: errorCode, message: errorMessage ?? "" },
  };
}
