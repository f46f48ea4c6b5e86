/**
 * `npm run bench:reports [-- SITES]`: the report of the last whole month, of sites that are checked once a minute. All have
 * an hour of maintenance a night; one in twenty also a weekly one that begins and ends within an hour. Linux only.
 */

import { recordedWindows } from "../../src/apps/operations/alerting/maintenance.ts";
import { readUptimeReport } from "../../src/apps/operations/reports/uptime-report.ts";
import { configurationSchema } from "../../src/contract/settings/configuration.ts";
import { maintenanceTimes } from "../../src/core/maintenance-windows/recorded-windows.ts";
import { dueSlots } from "../../src/core/reporting/due-slots.ts";
import { reportCsv } from "../../src/core/reporting/printing/report-csv.ts";
import { reportHtml } from "../../src/core/reporting/printing/report-html.ts";
import { reportPeriod } from "../../src/core/reporting/report-period.ts";
import { systemClock } from "../../src/services/process/clock.ts";
import { type Figure, formatFigures } from "../report.ts";
import { type FilledDatabase, openFilledDatabase } from "../server/filled-database.ts";

const sites = Number(process.argv[2] ?? 1000);
const ROUNDS = 5;
const HOUR_MS = 3_600_000;
const timezone = "Europe/Berlin";
const FEW = "team-1";

const filled = await openFilledDatabase({ sites, hourlyDays: 62, dailyDays: 62 });
const period = reportPeriod({}, timezone, Date.now());
const configuration = configurationSchema.parse({
  objectives: [{ objective: "99.9 %" }],
  maintenance: [
    { name: "backup", start: `${period.from}T02:00`, duration: "1h", timezone, rrule: "FREQ=DAILY" },
    {
      name: "release",
      start: `${period.from}T21:40`,
      duration: "50m",
      timezone,
      rrule: "FREQ=WEEKLY",
      tags: [FEW],
    },
  ],
});
const resources = { database: filled.database, configuration, clock: systemClock };
try {
  await addIncidents(filled);
  await addResultsOfReleases(filled);
  const input = { timezone, by: "site", visibleTags: null } as const;
  const bySite = await median(() => readUptimeReport(resources, input));
  const byTag = await median(() => readUptimeReport(resources, { ...input, by: "tag" }));
  const report = await readUptimeReport(resources, input);
  const csv = await median(async () => reportCsv(report));
  const html = await median(async () => reportHtml(report, { language: "en", stylesheet: null }));
  const figures: readonly Figure[] = [
    { name: "by site", unit: "ms", value: bySite.wallMs, atMost: 2000 },
    { name: "by site, processor time of Node", unit: "ms", value: bySite.cpuMs },
    { name: "by tag", unit: "ms", value: byTag.wallMs, atMost: 2000 },
    { name: "as CSV", unit: "ms", value: csv.wallMs },
    { name: "as HTML", unit: "ms", value: html.wallMs },
  ];
  process.stdout.write(
    formatFigures(`Report of ${report.from} to ${report.to}, ${report.items.length} sites`, figures),
  );
} finally {
  await filled.close();
}

async function median(work: () => Promise<unknown>): Promise<{ wallMs: number; cpuMs: number }> {
  const rounds: { wallMs: number; cpuMs: number }[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const before = process.cpuUsage();
    const startMs = performance.now();
    await work();
    const { user, system } = process.cpuUsage(before);
    rounds.push({ wallMs: performance.now() - startMs, cpuMs: (user + system) / 1000 });
  }
  rounds.sort((a, b) => a.wallMs - b.wallMs);
  return rounds[Math.floor(ROUNDS / 2)] ?? { wallMs: Number.NaN, cpuMs: Number.NaN };
}

/** Three a site. */
async function addIncidents({ sql }: FilledDatabase): Promise<void> {
  await sql(
    `INSERT INTO incidents (id, site_id, severity, state, since, opened_at, flapping, good_since, resolved_at)
     SELECT gen_random_uuid(), id, 'down', 'resolved', since, since, false, since + interval '10 minutes', since + interval '11 minutes'
     FROM sites, generate_series(1, 3) AS number,
       LATERAL (SELECT to_timestamp($1 / 1000.0) + number * interval '7 days 5 hours' AS since) AS times`,
    [period.fromMs],
  );
}

/** The single results of the hours that a release touches. */
async function addResultsOfReleases({ sql, database }: FilledDatabase): Promise<void> {
  const windows = await recordedWindows({
    maintenanceWindows: database.maintenanceWindows,
    fileWindows: configuration.maintenance.slice(1),
  });
  const rows = await sql("SELECT id::text, url FROM sites WHERE tags @> ARRAY[$1::text]", [FEW]);
  const schedule = [{ fromMs: 0, toMs: null, intervalMs: 60_000, paused: false }];
  for (const { id, url } of rows.map((row) => ({ id: String(row.id), url: String(row.url) }))) {
    const times = maintenanceTimes(windows, period).of({ siteId: id, siteName: null, url, tags: [FEW] });
    const slots = times.flatMap(({ fromMs, toMs }) => {
      const hours = {
        fromMs: Math.floor(fromMs / HOUR_MS) * HOUR_MS,
        toMs: Math.ceil(toMs / HOUR_MS) * HOUR_MS,
      };
      return dueSlots(id, schedule, { ...hours, most: 10_000 });
    });
    for (const day of new Set(slots.map((slotMs) => new Date(slotMs).toISOString().slice(0, 10)))) {
      await sql("SELECT ensure_partition('check_results', $1::date)", [day]);
    }
    await sql(
      `INSERT INTO check_results (site_id, slot, location, checked_at, verdict, attempts, response_time_ms, url)
       SELECT $1::uuid, to_timestamp(slot / 1000.0), 'local', to_timestamp(slot / 1000.0), 'up', 1, 120, $2
       FROM unnest($3::double precision[]) AS slot`,
      [id, url, slots],
    );
  }
}
