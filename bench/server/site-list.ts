/** The list of 10,000 sites as a server answers it, while results arrive: the sites' summaries and the text of the answer. */
import { listSummaries } from "../../src/apps/operations/site-list.ts";
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
    ];
  } finally {
    await filled.close();
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
