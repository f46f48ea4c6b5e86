/** Sites with names, tags and a day with some trouble, the same at each run, for pictures. */
import type { FilledDatabase } from "../../bench/server/filled-database.ts";
import type { CheckResult } from "../../src/contract/checks/check-result.ts";
import { slotAtOrBefore } from "../../src/core/scheduling/slots.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

const NUMBERED = "(SELECT id, row_number() OVER (ORDER BY url)::integer AS number FROM sites) AS numbered";
const LOCATIONS = ["frankfurt", "virginia", "singapore"] as const;
const RECENT_MS = 24 * HOUR_MS;
/** The site that is down now, and was down before. */
const FAILING_SITE = 9;

/** Gives sites their names, and makes rollups and states differ. */
export async function describeSites({ sql }: FilledDatabase): Promise<void> {
  await sql(
    `UPDATE sites SET
       name = (ARRAY['Shop','Checkout','Accounts','Search','Docs','API','Mail','Blog'])[1 + number % 8]
         || (ARRAY[' Berlin',' Dublin',' Oslo',' Lisbon',' Tokyo',' Sydney',' Toronto',' Austin'])[1 + number / 8 % 8],
       url = 'https://' || (ARRAY['shop','checkout','accounts','search','docs','api','mail','blog'])[1 + number % 8]
         || '-' || number || '.example/',
       tags = ARRAY[(ARRAY['web','payments','internal'])[1 + number % 3], (ARRAY['eu','us','apac'])[1 + number / 8 % 3]]
     FROM ${NUMBERED} WHERE numbered.id = sites.id`,
  );
  const trouble = "(number * 7 + extract(hour FROM hour)::integer * 3) % 97";
  await sql(
    `UPDATE uptime_hourly SET
       down = CASE WHEN ${trouble} = 1 THEN 4 ELSE 0 END,
       degraded = CASE WHEN ${trouble} = 2 THEN 5 ELSE 0 END,
       up = 60 - CASE WHEN ${trouble} = 1 THEN 4 WHEN ${trouble} = 2 THEN 5 ELSE 0 END,
       p95_ms = 60 + number * 37 % 400 + extract(hour FROM hour)::integer * 13 % 40
     FROM ${NUMBERED} WHERE numbered.id = site_id`,
  );
  await sql(
    `UPDATE uptime_daily SET
       down = CASE (number * 13 + extract(doy FROM day)::integer * 7) % 61 WHEN 0 THEN 40 WHEN 1 THEN 3 ELSE 0 END,
       up = 1440 - CASE (number * 13 + extract(doy FROM day)::integer * 7) % 61 WHEN 0 THEN 40 WHEN 1 THEN 3 ELSE 0 END
     FROM ${NUMBERED} WHERE numbered.id = site_id`,
  );
  await sql(
    `UPDATE site_state SET
       verdict = (CASE number WHEN 20 THEN 'degraded' ELSE 'up' END)::verdict,
       error_code = CASE number WHEN 20 THEN 'response_slow' END,
       error_message = CASE number WHEN 20 THEN '2,140 ms is more than 2,000 ms' END,
       certificate_expires_at = now() + (5 + number * 11 % 300) * interval '1 day'
     FROM ${NUMBERED} WHERE numbered.id = site_id`,
  );
  await sql("UPDATE sites SET url = url");
}

/**
 * Records the last hours of the failing site as three monitors saw them, as a consumer does: an outage that is over, and
 * one that is open. Returns the site's id.
 */
export async function recordOutages({ sql, database }: FilledDatabase): Promise<string> {
  const [site] = await sql(
    `SELECT sites.id, sites.url FROM sites, ${NUMBERED} WHERE numbered.id = sites.id AND number = $1`,
    [FAILING_SITE],
  );
  const [siteId, url] = [String(site?.id), String(site?.url)];
  await sql("DELETE FROM uptime_hourly WHERE site_id = $1", [siteId]);
  await sql("DELETE FROM uptime_daily WHERE site_id = $1 AND day > (now() AT TIME ZONE 'UTC')::date - 2", [
    siteId,
  ]);
  await sql("DELETE FROM site_state WHERE site_id = $1", [siteId]);
  const untilMs = slotAtOrBefore({ id: siteId, intervalMs: MINUTE_MS }, Date.now());
  for (let slotMs = untilMs - RECENT_MS; slotMs <= untilMs; slotMs += MINUTE_MS) {
    const minutesAgo = (untilMs - slotMs) / MINUTE_MS;
    const isFailing = minutesAgo < 8 || (minutesAgo > 130 && minutesAgo < 152);
    await database.results.record(
      LOCATIONS.map((location, index) => resultOf({ siteId, url, location, slotMs, index, isFailing })),
    );
  }
  return siteId;
}

interface Seen {
  readonly siteId: string;
  readonly url: string;
  readonly location: string;
  readonly slotMs: number;
  /** Of the location: the farther, the slower. */
  readonly index: number;
  readonly isFailing: boolean;
}

function resultOf({ siteId, url, location, slotMs, index, isFailing }: Seen): CheckResult {
  const slot = new Date(slotMs).toISOString();
  const wave = 1 + 0.25 * Math.sin(slotMs / (40 * MINUTE_MS)) + (((slotMs / MINUTE_MS) * 7919) % 31) / 120;
  const timings = {
    dnsMs: 3 + index,
    connectMs: (8 + 34 * index) * wave,
    tlsMs: (12 + 40 * index) * wave,
    firstByteMs: (48 + 36 * index) * wave * (isFailing ? 3 : 1),
    downloadMs: 6 * wave,
  };
  const totalMs = Object.values(timings).reduce((sum, phaseMs) => sum + phaseMs, 0);
  return {
    siteId,
    url,
    location,
    slot,
    checkedAt: slot,
    verdict: isFailing ? "down" : "up",
    statusCode: isFailing ? 503 : 200,
    responseTimeMs: totalMs,
    timings: { ...timings, totalMs },
    regexpMatched: !isFailing,
    error: isFailing
      ? { code: "status_unexpected", message: "503 Service Unavailable, expected 200-399" }
      : null,
    bytes: isFailing ? 312 : 48_213,
    attempts: isFailing ? 2 : 1,
    certificateExpiresAt: new Date(slotMs + 61 * 24 * HOUR_MS).toISOString(),
    remoteAddress: `192.0.2.${10 + index}`,
    protocol: "h2",
    evidence: isFailing
      ? {
          headers: [
            { name: "content-type", value: "text/html" },
            { name: "server", value: "nginx" },
            { name: "retry-after", value: "120" },
          ],
          body: "<h1>503 Service Unavailable</h1>\nNo server is available to handle this request.",
          bodyCut: false,
          redirects: [],
        }
      : null,
  };
}
