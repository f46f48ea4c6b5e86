/** Notices with their updates, as one row each. */

import type { Notice, NoticeUpdate } from "../../../core/status-pages/ports.ts";
import { millisecondsOf } from "../connecting/instants.ts";
import type { Sql } from "../connecting/sql.ts";

const NOTICES = `
  SELECT notice.id, slug, incident_id AS "incidentId", title, impact, site_ids::text[] AS "siteIds",
    ${millisecondsOf("since", "sinceMs")},
    ${millisecondsOf("resolved_at", "resolvedAtMs")}, revision,
    (SELECT jsonb_agg(jsonb_build_object(
       'position', position, 'state', state, 'text', text, 'by', by,
       'atMs', (extract(epoch FROM at) * 1000)::double precision) ORDER BY position)
     FROM status_page_updates AS step WHERE step.notice_id = notice.id) AS updates
  FROM status_page_notices AS notice`;

const OF_PAGE = `${NOTICES}
  WHERE slug = $1 AND (resolved_at IS NULL OR resolved_at >= to_timestamp($2::double precision / 1000))
  ORDER BY since DESC, id LIMIT 500`;

const BY_ID = `${NOTICES} WHERE notice.id = ANY ($1::uuid[])`;

type NoticeRow = Omit<Notice, "updates"> & {
  readonly updates: readonly NoticeUpdate[] | null;
} & Record<string, unknown>;

function noticeOf({ updates, ...notice }: NoticeRow): Notice {
  const { id, slug, incidentId, title, impact, siteIds, sinceMs, resolvedAtMs, revision } = notice;
  return {
    id,
    slug,
    incidentId,
    title,
    impact,
    siteIds,
    sinceMs,
    resolvedAtMs,
    revision,
    updates: updates ?? [],
  };
}

export async function noticesOfPage(sql: Sql, slug: string, sinceMs: number): Promise<readonly Notice[]> {
  return (await sql.rows<NoticeRow>(OF_PAGE, [slug, sinceMs])).map(noticeOf);
}

/** In no order; unknown ids are left out. */
export async function noticesById(sql: Sql, ids: readonly string[]): Promise<readonly Notice[]> {
  if (ids.length === 0) return [];
  return (await sql.rows<NoticeRow>(BY_ID, [`{${ids.join(",")}}`])).map(noticeOf);
}
