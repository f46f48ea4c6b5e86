/** Counts the pipeline's parts from leases, the outbox's sequence and PostgreSQL's statistics: no large table is read. */

import type {
  MonitorLease,
  PipelineCounting,
  PipelineCounts,
} from "../../../core/diagnosis/pipeline-counts.ts";
import { millisecondsOf } from "../connecting/instants.ts";
import type { SqlService } from "../connecting/sql.ts";

const MONITORS = `
  SELECT lease.owner, substr(lease.scope, length('monitors at ') + 1) AS location, count(*)::integer AS shards,
    coalesce(sum(counted.sites), 0)::integer AS sites,
    ${millisecondsOf("max(lease.expires_at)", "expiresAtMs")}
  FROM leases AS lease
  LEFT JOIN (
    SELECT get_byte(uuid_send(id), 15) AS shard, count(*) AS sites FROM sites
    WHERE enabled AND in_schedule GROUP BY 1
  ) AS counted ON counted.shard = lease.shard
  WHERE starts_with(lease.scope, 'monitors at ') AND lease.expires_at > clock_timestamp()
  GROUP BY lease.scope, lease.owner ORDER BY location, lease.owner`;

const RELAYS = `
  SELECT owner, count(*)::integer AS lanes FROM leases
  WHERE scope = $1 AND expires_at > clock_timestamp() GROUP BY owner ORDER BY owner`;

/** The key of \`check_results\` begins with the slot, so the newest one is read from an index. */
const COUNTS = `
  SELECT coalesce(pg_sequence_last_value(pg_get_serial_sequence($1, 'id')::regclass), 0)::double precision AS inserted,
    (SELECT coalesce(sum(n_tup_ins), 0)::double precision FROM pg_stat_user_tables
      WHERE schemaname = $2 AND relname LIKE 'check\\_results%') AS recorded,
    (SELECT (extract(epoch FROM max(slot)) * 1000)::double precision FROM check_results) AS "newestResultMs"`;

type CountsRow = Pick<PipelineCounts, "inserted" | "recorded" | "newestResultMs"> & Record<string, unknown>;

export interface SqlPipelineCountingOptions {
  readonly service: SqlService;
  readonly schema: string;
  /** Sitewire's own outbox: its quoted name, and the scope of its leases. */
  readonly outbox: { readonly name: string; readonly scope: string };
}

export class SqlPipelineCounting implements PipelineCounting {
  readonly #options: SqlPipelineCountingOptions;

  constructor(options: SqlPipelineCountingOptions) {
    this.#options = options;
  }

  async counts(): Promise<PipelineCounts> {
    const { service, schema, outbox } = this.#options;
    const [monitors, relays, [counts]] = await Promise.all([
      service.rows<MonitorLease & Record<string, unknown>>(MONITORS),
      service.rows<{ owner: string; lanes: number }>(RELAYS, [outbox.scope]),
      service.rows<CountsRow>(COUNTS, [outbox.name, schema]),
    ]);
    if (counts === undefined) throw new Error("SELECT without FROM gave no row");
    const { inserted, recorded, newestResultMs } = counts;
    return { monitors, relays, inserted, recorded, newestResultMs };
  }
}
