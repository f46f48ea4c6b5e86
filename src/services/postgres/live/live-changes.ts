/** The ring of changes in `live_changes`, and the rows that they are about. */
import type {
  LiveChange,
  LiveChanges,
  LiveIncidentFacts,
  LivePosition,
  LiveSiteFacts,
} from "../../../core/live/ports.ts";
import { textColumn, uuidColumn } from "../binary/columns.ts";
import type { SqlService } from "../connecting/sql.ts";
import { readLiveIncidents } from "./live-incidents.ts";
import { readLiveSites } from "./live-sites.ts";

const CHANGES_CHANNEL = "sitewire_live";
const DEFINITIONS_CHANNEL = "sitewire_sites";
/** As in migrations/0007_live.sql. */
const PLACES = 4096;
/** Transactions take their places nearly in the order of their ids; no more than this many run at once. */
const OUT_OF_ORDER = 100;

/** `pg_snapshot_xmin`: the oldest transaction that has not ended (PostgreSQL manual, 9.27.8). */
const NOW = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS horizon";

/**
 * One snapshot for all of it. Rows of the horizon and later are read again until every transaction before them has
 * ended, without those that are known.
 */
const SINCE = `
  WITH fresh AS MATERIALIZED (
    SELECT xid, site_ids, incident_ids FROM live_changes
    WHERE xid >= $1::text::xid8 AND xid <> ALL ($2::text[]::xid8[])
  )
  SELECT
    pg_snapshot_xmin(pg_current_snapshot())::text AS horizon,
    $1::text::xid8 > pg_snapshot_xmax(pg_current_snapshot())
      OR EXISTS (SELECT FROM fresh WHERE site_ids IS NULL)
      OR (
        SELECT count(*) >= ${PLACES} AND count(*) FILTER (WHERE xid < $1::text::xid8) < ${OUT_OF_ORDER}
        FROM live_changes
      ) AS lost,
    ARRAY(SELECT DISTINCT xid::text FROM fresh) AS xids,
    ARRAY(SELECT DISTINCT id::text FROM fresh, unnest(site_ids) AS id) AS "siteIds",
    ARRAY(SELECT DISTINCT id::text FROM fresh, unnest(incident_ids) AS id) AS "incidentIds"`;

/** Hashed: it is part of an id that is sent to those who may not see all sites. */
const DEFINITIONS = `
  SELECT md5(concat_ws('.', count(*), sum(revision), count(watched_at), extract(epoch FROM max(updated_at)))) AS digest
  FROM sites`;

type ChangeRow = {
  readonly horizon: string;
  readonly lost: boolean;
  readonly xids: readonly string[];
  readonly siteIds: readonly string[];
  readonly incidentIds: readonly string[];
};

export class SqlLiveChanges implements LiveChanges {
  readonly #service: SqlService;
  readonly #schema: string;

  constructor(service: SqlService, schema: string) {
    this.#service = service;
    this.#schema = schema;
  }

  async now(): Promise<LivePosition> {
    const [row] = await this.#service.rows<{ horizon: string }>(NOW);
    return { horizon: row?.horizon ?? "0", known: [] };
  }

  async since({ horizon, known }: LivePosition): Promise<LiveChange> {
    const [row] = await this.#service.rows<ChangeRow>(SINCE, [horizon, textColumn(known)]);
    if (row === undefined) throw new Error("the statement returns one row");
    const { xids, siteIds, incidentIds, lost } = row;
    const later = [...known, ...xids].filter((xid) => BigInt(xid) >= BigInt(row.horizon));
    return { position: { horizon: row.horizon, known: later }, lost, siteIds, incidentIds };
  }

  async sites(ids: readonly string[]): Promise<readonly LiveSiteFacts[]> {
    return ids.length === 0 ? [] : await readLiveSites(this.#service, uuidColumn(ids));
  }

  async incidents(ids: readonly string[]): Promise<readonly LiveIncidentFacts[]> {
    return ids.length === 0 ? [] : await readLiveIncidents(this.#service, uuidColumn(ids));
  }

  async definitions(): Promise<string> {
    const [row] = await this.#service.rows<{ digest: string }>(DEFINITIONS);
    return row?.digest ?? "";
  }

  onChanged(listener: (what: "changes" | "definitions") => void, signal: AbortSignal): void {
    const ours = (payload: string | null): boolean => payload === null || payload === this.#schema;
    this.#service.listen(CHANGES_CHANNEL, (payload) => ours(payload) && listener("changes"), signal);
    this.#service.listen(DEFINITIONS_CHANNEL, (payload) => ours(payload) && listener("definitions"), signal);
  }
}
