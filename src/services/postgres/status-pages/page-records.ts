/** Reads what is recorded of the sites of a status page. */

import type { Verdict } from "../../../contract/checks/check-result.ts";
import { normaliseUrl } from "../../../contract/identity.ts";
import type { StatusPage } from "../../../contract/settings/status-page.ts";
import type { Incident } from "../../../core/incidents/ports.ts";
import type {
  PublishedSite,
  RecordedPage,
  RecordedSite,
  StatusPageRecords,
} from "../../../core/status-pages/site-knowledge.ts";
import { textColumn, uuidColumn } from "../binary/columns.ts";
import { millisecondsOf } from "../connecting/instants.ts";
import type { Sql, SqlService } from "../connecting/sql.ts";
import { incidentOf, NAMED_INCIDENT_COLUMNS, type NamedIncidentRow } from "../incidents/incident-row.ts";
import { readSchedules } from "../overview/changed-rows.ts";

const MOST_SITES = 2000;
const MOST_INCIDENTS = 500;

const SITES = `
  SELECT id, name, url, tags, enabled,
    (SELECT CASE WHEN bool_or(verdict = 'down') THEN 'down' WHEN bool_or(verdict = 'degraded') THEN 'degraded'
       WHEN count(*) > 0 THEN 'up' END FROM site_state WHERE site_id = site.id) AS verdict
  FROM sites AS site
  WHERE (in_schedule OR watched_at IS NOT NULL OR source = 'observed')
    AND (id::text = ANY ($1::text[]) OR name = ANY ($1::text[]) OR url = ANY ($1::text[]) OR tags && $2::text[])
  ORDER BY name, url LIMIT ${MOST_SITES}`;

const DAYS = `
  SELECT site_id AS "siteId", ${millisecondsOf("day", "startMs")},
    sum(up)::integer AS up, sum(degraded)::integer AS degraded, sum(down)::integer AS down,
    max(up + degraded + down) AS observed, max(p50_ms)::double precision AS "p50Ms"
  FROM uptime_daily WHERE site_id = ANY ($1::uuid[]) AND day >= (to_timestamp($2 / 1000.0) AT TIME ZONE 'UTC')::date
  GROUP BY site_id, day ORDER BY day`;

const INCIDENTS = `
  SELECT ${NAMED_INCIDENT_COLUMNS}
  FROM incidents AS incident LEFT JOIN sites AS site ON site.id = incident.site_id
  WHERE incident.site_id = ANY ($1::uuid[])
    AND (incident.state <> 'resolved' OR incident.since >= to_timestamp($2 / 1000.0))
  ORDER BY incident.state = 'resolved', incident.since DESC LIMIT ${MOST_INCIDENTS}`;

type SiteRow = PublishedSite & { readonly verdict: Verdict | null };
type OfSite = { readonly siteId: string };
type DayRow = OfSite & RecordedSite["days"][number] & { readonly p50Ms: number | null };

export class SqlStatusPageRecords implements StatusPageRecords {
  readonly #service: SqlService;

  constructor(service: SqlService) {
    this.#service = service;
  }

  async read(page: StatusPage, sinceMs: number): Promise<RecordedPage> {
    const sites = await this.#service.rows<SiteRow>(SITES, [
      textColumn(page.groups.flatMap((group) => group.sites.flatMap(({ site }) => spellingsOf(site)))),
      textColumn(page.groups.flatMap(({ tags }) => tags)),
    ]);
    if (sites.length === 0) return { sites: [], incidents: [] };
    const ids = uuidColumn(sites.map(({ id }) => id));
    const [days, schedules, incidents] = await Promise.all([
      bySite<DayRow>(this.#service, DAYS, [ids, sinceMs]),
      readSchedules(
        this.#service,
        sites.map(({ id }) => id),
        sinceMs,
      ),
      this.#service.rows<NamedIncidentRow>(INCIDENTS, [ids, sinceMs]),
    ]);
    const schedulesBySite = Map.groupBy(schedules, ({ siteId }) => siteId);
    return {
      sites: sites.map(({ verdict, ...site }) => {
        const recorded = days.get(site.id) ?? [];
        const responseTimeMs = recorded.at(-1)?.p50Ms ?? null;
        return {
          site,
          verdict,
          days: recorded,
          schedule: schedulesBySite.get(site.id) ?? [],
          responseTimeMs,
        };
      }),
      incidents: newestFirst(incidents.map(incidentOf)),
    };
  }
}

/** A site is named by its id, its name or its URL. */
function spellingsOf(site: string): readonly string[] {
  const lower = site.toLowerCase();
  return [site, ...(lower === site ? [] : [lower]), ...(URL.canParse(site) ? [normaliseUrl(site)] : [])];
}

async function bySite<Row extends OfSite>(
  sql: Pick<Sql, "rows">,
  statement: string,
  values: Parameters<Sql["rows"]>[1],
): Promise<ReadonlyMap<string, readonly Row[]>> {
  return Map.groupBy(await sql.rows<Row>(statement, values), ({ siteId }) => siteId);
}

function newestFirst(incidents: readonly Incident[]): readonly Incident[] {
  return incidents.toSorted((a, b) => b.sinceMs - a.sinceMs);
}
