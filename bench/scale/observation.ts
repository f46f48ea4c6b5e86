/** What one minute of the monitor's results says: read from the outbox, as the relay would. */
import type pg from "pg";
import { z } from "zod";
import { INTERVAL_MS } from "./sites.ts";

const observedSchema = z.object({
  site: z.coerce.number(),
  late_ms: z.coerce.number(),
  response_ms: z.coerce.number(),
  uncertain_ms: z.coerce.number(),
});

/** One result. */
export type Observed = z.infer<typeof observedSchema>;

/** The results whose slots lie in the minute that begins at `fromMs`. */
export async function observedMinute(client: pg.Client, fromMs: number): Promise<readonly Observed[]> {
  const { rows } = await client.query(
    `SELECT DISTINCT ON (site) *
     FROM (
       SELECT substring(result ->> 'url' FROM '[0-9]+$')::integer AS site,
         extract(epoch FROM (result ->> 'checkedAt')::timestamptz - (result ->> 'slot')::timestamptz) * 1000 AS late_ms,
         (result ->> 'responseTimeMs')::float8 AS response_ms,
         coalesce((result ->> 'timingUncertaintyMs')::float8, 0) AS uncertain_ms,
         (result ->> 'slot')::timestamptz AS slot
       FROM (SELECT payload::jsonb AS result FROM outbox) AS results
     ) AS observed
     WHERE slot >= to_timestamp($1::float8 / 1000) AND slot < to_timestamp(($1::float8 + $2::float8) / 1000)
     ORDER BY site`,
    [fromMs, INTERVAL_MS],
  );
  return z.array(observedSchema).parse(rows);
}

/** The value that `share` of the values do not exceed. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}
