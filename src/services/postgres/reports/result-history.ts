/** Queries recorded results. */

import type { CheckResult } from "../../../contract/checks/check-result.ts";
import { siteIdOf } from "../../../contract/identity.ts";
import type { ResultHistory, ResultQuery } from "../../../core/sites/ports.ts";
import { textColumn, uuidColumn } from "../binary/columns.ts";
import type { SqlService } from "../connecting/sql.ts";
import { RESULT_COLUMN_NAMES, type ResultRow } from "../results/result-columns.ts";
import { urlsMeant } from "../sites/site-store.ts";
import { resultOfRow } from "./result-row.ts";

const IDS_OF_SITE = "SELECT id FROM sites WHERE name = $1 OR url = ANY ($2::text[])";

const RESULTS = `
  SELECT ${RESULT_COLUMN_NAMES} FROM check_results
  WHERE slot >= to_timestamp($1 / 1000.0)
  ORDER BY slot DESC, site_id, location LIMIT $2`;

/**
 * The key of `check_results` begins with the slot. The query therefore uses the hourly counts to find the newest hours
 * that contain enough results of these sites.
 */
const RESULTS_OF_SITES = `
  WITH counted AS (
    SELECT hour, sum(up + degraded + down) AS results FROM uptime_hourly
    WHERE site_id = ANY ($3::uuid[]) AND hour >= date_trunc('hour', to_timestamp($1 / 1000.0), 'UTC')
    GROUP BY hour
  ), needed AS (
    SELECT hour FROM (
      SELECT hour, sum(results) OVER (ORDER BY hour DESC) - results AS newer FROM counted
    ) AS hours
    WHERE newer < $2
  )
  SELECT ${RESULT_COLUMN_NAMES} FROM needed CROSS JOIN LATERAL (
    SELECT * FROM check_results
    WHERE slot >= hour AND slot < hour + interval '1 hour' AND slot >= to_timestamp($1 / 1000.0)
      AND site_id = ANY ($3::uuid[])
  ) AS result
  ORDER BY slot DESC, site_id, location LIMIT $2`;

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export class SqlResultHistory implements ResultHistory {
  readonly #service: SqlService;

  constructor(service: SqlService) {
    this.#service = service;
  }

  async results({ site, sinceMs, limit }: ResultQuery): Promise<readonly CheckResult[]> {
    const common = [sinceMs ?? 0, limit];
    const rows =
      site === undefined
        ? await this.#service.rows<ResultRow>(RESULTS, common)
        : await this.#service.rows<ResultRow>(RESULTS_OF_SITES, [
            ...common,
            uuidColumn(await this.#idsOf(site)),
          ]);
    return rows.map(resultOfRow);
  }

  /** All sites that the text can refer to. A site that was never saved has the id derived from its name or URL. */
  async #idsOf(site: string): Promise<readonly string[]> {
    const rows = await this.#service.rows<{ id: string }>(IDS_OF_SITE, [site, textColumn(urlsMeant(site))]);
    const derived = [
      ...(URL.canParse(site) ? [siteIdOf({ url: site })] : [siteIdOf({ name: site, url: "" })]),
    ];
    return [...rows.map(({ id }) => id), ...derived, ...(UUID.test(site) ? [site] : [])];
  }
}
