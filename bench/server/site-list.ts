/** 10,000 sites as a server reads them: their list while results arrive, and the history of single ones. */
import { readHistory } from "../../src/apps/operations/sites/site-history.ts";
import { listSummaries } from "../../src/apps/operations/sites/site-list.ts";
import { readCalendar } from "../../src/apps/operations/sites/site-uptime.ts";
import { DAY_MS } from "../../src/contract/duration.ts";
import { systemClock } from "../../src/services/process/clock.ts";
import type { Figure } from "../report.ts";
import { openFilledDatabase, recordResults } from "./filled-database.ts";

const SITES = 10_000;
const ROUNDS = 40;
/** Every site once a minute. */
const RESULTS_A_SECOND = 167;

export async function benchSiteList(): Promise<readonly Figure[]> {
  const filled = await openFilledDatabase({ sites: SITES, hourlyDays: 90, dailyDays: 90 });
  const { database } = filled;
  const resources = { database, configuration: { maintenance: [] }, clock: systemClock };
  const read = async (): Promise<number> => {
    const startedAtMs = performance.now();
    const summaries = await listSummaries(resources, { visibleTags: null });
    if (summaries.length !== SITES) throw new Error(`expected ${SITES} sites, got ${summaries.length}`);
    return performance.now() - startedAtMs;
  };
  try {
    const firstMs = await read();
    const unchangedMs: number[] = [];
    const changedMs: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      unchangedMs.push(await read());
      await recordResults(filled, RESULTS_A_SECOND);
      changedMs.push(await read());
    }
    const ids = (await filled.sql("SELECT id FROM sites ORDER BY id LIMIT $1", [ROUNDS])).map(({ id }) =>
      String(id),
    );
    const historyMs = async (days: number): Promise<number> =>
      await medianOf(ids, (id) =>
        readHistory(resources, {
          id,
          visibleTags: null,
          resolution: "auto",
          fromMs: Date.now() - days * DAY_MS,
        }),
      );
    const [month, year] = [await historyMs(30), await historyMs(365)];
    const calendar = await medianOf(ids, (id) => readCalendar(resources, { id, visibleTags: null }));
    return [
      { name: `${SITES} sites, first request of a server`, unit: "ms", value: firstMs },
      {
        name: "… a second later, 167 results recorded, median",
        unit: "ms",
        value: median(changedMs),
        atMost: 50,
      },
      { name: "… slowest of 40", unit: "ms", value: Math.max(...changedMs) },
      { name: "… nothing recorded, median", unit: "ms", value: median(unchangedMs), atMost: 50 },
      { name: "history of a site, 30 days by the hour, median", unit: "ms", value: month, atMost: 50 },
      { name: "history of a site, a year by the day, median", unit: "ms", value: year, atMost: 50 },
      { name: "calendar of a year, median", unit: "ms", value: calendar, atMost: 50 },
    ];
  } finally {
    await filled.close();
  }
}

async function medianOf(ids: readonly string[], read: (id: string) => Promise<unknown>): Promise<number> {
  const durations: number[] = [];
  for (const id of ids) {
    const startedAtMs = performance.now();
    if ((await read(id)) === null) throw new Error(`there is no site ${id}`);
    durations.push(performance.now() - startedAtMs);
  }
  return median(durations);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
