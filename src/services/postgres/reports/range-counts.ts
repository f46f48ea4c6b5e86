/** Reads what was counted in ranges of time: of whole days and hours from the rollups, of parts of hours from the results. */
import pg from "pg";
import { LatencyHistogram } from "../../../core/reporting/latency-histogram.ts";
import {
  type KeptSince,
  partsOf,
  type RangeCount,
  type RangeCounts,
  type SiteRange,
} from "../../../core/reporting/range-counts.ts";
import { CopyReader } from "../binary/copy-reader.ts";
import { millisecondsOf } from "../connecting/instants.ts";
import type { SqlService } from "../connecting/sql.ts";
import { forEachPackedRow } from "./packed-counts.ts";
import { type Piece, readPieces } from "./piece-counts.ts";

/** Bounds the text of a statement, and with days also the memory of its answer. */
const PARTS_AT_ONCE = 2000;

/** Hours are dropped before days; without a day before them, none was dropped. */
const KEPT_SINCE = `
  WITH months AS (
    SELECT left(relname, 13) AS rollups, min(to_date(right(relname, 6), 'YYYYMM')) AS since
    FROM pg_class
    WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r' AND relname ~ '^uptime_(hourly|daily)_[0-9]{6}$'
    GROUP BY 1
  )
  SELECT coalesce((
      SELECT ${millisecondsOf("hourly.since", "ms")}
      FROM months AS hourly JOIN months AS daily ON hourly.rollups = 'uptime_hourly' AND daily.rollups <> 'uptime_hourly'
      WHERE daily.since < hourly.since
    ), 0) AS "hoursMs",
    coalesce((SELECT ${millisecondsOf("dropped_before", "ms")} FROM result_retention), 0) AS "resultsMs"`;

/** The planner expects a third of all rows of a join on a range, and would read all of them for each statement. */
const ROWS_BY_KEY =
  "SET LOCAL enable_seqscan = off; SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off; SET LOCAL jit = off";

interface WantedPart {
  readonly range: number;
  readonly siteId: string;
  readonly fromMs: number;
  readonly toMs: number;
}

interface RollupSource {
  readonly table: "uptime_daily" | "uptime_hourly";
  readonly start: "day" | "hour";
  readonly type: "date" | "timestamptz";
}

const DAYS: RollupSource = { table: "uptime_daily", start: "day", type: "date" };
const HOURS: RollupSource = { table: "uptime_hourly", start: "hour", type: "timestamptz" };

export class SqlRangeCounts implements RangeCounts {
  readonly #service: SqlService;

  constructor(service: SqlService) {
    this.#service = service;
  }

  async read(ranges: readonly SiteRange[], visit: (count: RangeCount) => void): Promise<void> {
    const days: WantedPart[] = [];
    const hours: WantedPart[] = [];
    const pieces: Piece[] = [];
    for (const [range, { siteId, ...times }] of ranges.entries()) {
      const parts = partsOf(times);
      days.push(...parts.days.map((part) => ({ range, siteId, ...part })));
      hours.push(...parts.hours.map((part) => ({ range, siteId, ...part })));
      pieces.push(...parts.pieces.map((part) => ({ range, siteId, ...part })));
    }
    for (const some of portionsOf(days)) await this.#readRollups(DAYS, some, visit);
    for (const some of portionsOf(hours)) await this.#readRollups(HOURS, some, visit);
    if (pieces.length > 0) await readPieces(this.#service, pieces, visit);
  }

  async keptSince(): Promise<KeptSince> {
    const [row] = await this.#service.rows<{ hoursMs: number; resultsMs: number }>(KEPT_SINCE);
    if (row === undefined) throw new Error("a SELECT of constants returned no row");
    return row;
  }

  async #readRollups(
    source: RollupSource,
    parts: readonly WantedPart[],
    visit: (count: RangeCount) => void,
  ): Promise<void> {
    const bytes = await this.#service.transaction(async (sql) => {
      await sql.script(ROWS_BY_KEY);
      return await sql.copyOut(statementOf(source, parts));
    });
    const reader = new CopyReader(bytes);
    while (reader.nextRow()) {
      const range = reader.integer();
      const location = reader.text() ?? "";
      const packed = reader.bytes();
      const latencies = LatencyHistogram.fromBytes(reader.bytes());
      forEachPackedRow(packed, ({ startMs, up, degraded, down }) => {
        visit({ range, location, startMs, up, degraded, down, latencies });
      });
    }
  }
}

/** `COPY` accepts no parameters, so its text contains only trusted numbers and quoted literals. */
function statementOf({ table, start, type }: RollupSource, parts: readonly WantedPart[]): string {
  const list = (elementType: string, values: readonly (string | number)[]): string =>
    `${pg.escapeLiteral(`{${values.join(",")}}`)}::${elementType}[]`;
  const instant = (instantMs: number): string => new Date(instantMs).toISOString();
  const bounds = {
    fromMs: Math.min(...parts.map(({ fromMs }) => fromMs)),
    toMs: Math.max(...parts.map(({ toMs }) => toMs)),
  };
  // The bounds of all parts let the planner leave out partitions.
  return `COPY (
    SELECT wanted.range, rollup.location, rollup.packed, rollup.latencies
    FROM unnest(
      ${list(
        "integer",
        parts.map(({ range }) => range),
      )},
      ${list(
        "uuid",
        parts.map(({ siteId }) => siteId),
      )},
      ${list(
        type,
        parts.map(({ fromMs }) => instant(fromMs)),
      )},
      ${list(
        type,
        parts.map(({ toMs }) => instant(toMs)),
      )}
    ) AS wanted (range, site_id, starts, ends)
    JOIN ${table} AS rollup
      ON rollup.site_id = wanted.site_id AND rollup.${start} >= wanted.starts AND rollup.${start} < wanted.ends
    WHERE rollup.${start} >= ${pg.escapeLiteral(instant(bounds.fromMs))} AND rollup.${start} < ${pg.escapeLiteral(instant(bounds.toMs))}
  ) TO STDOUT (FORMAT binary)`;
}

function* portionsOf<T>(parts: readonly T[]): Generator<readonly T[]> {
  for (let at = 0; at < parts.length; at += PARTS_AT_ONCE) yield parts.slice(at, at + PARTS_AT_ONCE);
}
