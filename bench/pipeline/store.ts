/**
 * The result store alone, by processor time: the clock of a busy machine says little. Batches of one shape are recorded
 * with all that follows from them, beside COPY of the same rows from the same process.
 */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import pg from "pg";
import { from as copyFrom, to as copyTo } from "pg-copy-streams";
import { openPostgres } from "../../src/services/postgres/database.ts";
import { startPostgres } from "../../test/harness/postgres/postgres.ts";
import { settingsOf } from "../../test/services/postgres/ground.ts";
import { cpuOf } from "../default/process-tree.ts";
import { quietLog } from "../quiet-log.ts";
import type { Figure } from "../report.ts";
import { generatedResults, generatedSites } from "./generated-results.ts";

interface Shape {
  readonly sites: number;
  readonly slotsPerBatch: number;
  /** The least rows a processor second, beside COPY, that is good enough. */
  readonly goal: number;
}

const SHAPES: readonly Shape[] = [
  { sites: 10_000, slotsPerBatch: 1, goal: 0.3 },
  { sites: 1000, slotsPerBatch: 10, goal: 0.5 },
];
const BATCHES = 30;
/** Before the measurement: sites are registered, statements prepared, code compiled. */
const WARM_BATCHES = 5;
const INTERVAL_MS = 60_000;
const FIRST_SLOT_MS = Date.UTC(2026, 10, 20);

/** Microseconds of processor time. */
interface Cost {
  readonly own: number;
  readonly postgres: number;
}

export async function benchStore(): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  for (const shape of SHAPES) figures.push(...(await benchShape(shape)));
  return figures;
}

async function benchShape({ sites, slotsPerBatch, goal }: Shape): Promise<readonly Figure[]> {
  const server = await startPostgres({
    durable: true,
    settings: { shared_buffers: "512MB", max_wal_size: "4GB" },
  });
  const database = await openPostgres({ settings: settingsOf(server.url), log: quietLog });
  const client = new pg.Client({ connectionString: server.url });
  await client.connect();
  try {
    await database.migrate();
    const { rows } = await client.query<{ folder: string }>(
      "SELECT current_setting('data_directory') AS folder",
    );
    const pidFile = await readFile(path.join(rows[0]?.folder ?? "", "postmaster.pid"), "utf8");
    const postmaster = Number.parseInt(pidFile, 10);
    const measured = async (work: () => Promise<unknown>): Promise<Cost> => {
      const [own, postgres] = [process.cpuUsage(), cpuOf(postmaster)];
      await work();
      const { user, system } = process.cpuUsage(own);
      return { own: user + system, postgres: (cpuOf(postmaster) - postgres) * 1e6 };
    };
    const all = generatedSites(sites);
    const rowsPerBatch = sites * slotsPerBatch;
    const costs: Cost[] = [];
    for (let number = 0; number < WARM_BATCHES + BATCHES; number += 1) {
      const firstSlotMs = FIRST_SLOT_MS + number * slotsPerBatch * INTERVAL_MS;
      const batch = [...generatedResults(all, slotsPerBatch, firstSlotMs)];
      const cost = await measured(() => database.results.record(batch));
      if (number >= WARM_BATCHES) costs.push(cost);
    }
    const recorded = perRow(costs, BATCHES * rowsPerBatch);
    const bytes = Buffer.concat(
      await client.query(copyTo("COPY (SELECT * FROM check_results) TO STDOUT (FORMAT binary)")).toArray(),
    );
    await client.query("TRUNCATE check_results");
    await client.query("CHECKPOINT");
    const copy = await measured(() =>
      pipeline([bytes], client.query(copyFrom("COPY check_results FROM STDIN (FORMAT binary)"))),
    );
    const copied = perRow([copy], (WARM_BATCHES + BATCHES) * rowsPerBatch);
    const of = `${sites.toLocaleString("en-US")} sites × ${slotsPerBatch} slots a batch`;
    const perSecond = ({ own, postgres }: Cost): number => 1e6 / (own + postgres);
    return [
      { name: `${of}: COPY`, unit: "rows a processor second", value: perSecond(copied) },
      {
        name: `${of}: store`,
        unit: "rows a processor second",
        value: perSecond(recorded),
        against: perSecond(copied),
        goal,
      },
      { name: `${of}: store, own`, unit: "µs/row", value: recorded.own },
      { name: `${of}: store, PostgreSQL`, unit: "µs/row", value: recorded.postgres },
    ];
  } finally {
    await database.close();
    await client.end();
    await server.stop();
  }
}

function perRow(costs: readonly Cost[], rows: number): Cost {
  const sum = (of: (cost: Cost) => number): number => costs.reduce((total, cost) => total + of(cost), 0);
  return { own: sum(({ own }) => own) / rows, postgres: sum(({ postgres }) => postgres) / rows };
}
