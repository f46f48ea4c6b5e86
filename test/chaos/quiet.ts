// Waiting until the pipeline is at rest: nothing in the outbox, nothing in the topic that is not consumed.
import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";
import { type Observed, readOffsets } from "./observation.ts";

const ASK_EVERY_MS = 500;
/** At rest is who is found at rest several times in a row. */
const TIMES = 3;

/** @returns null, or what was still under way when the time was over. */
export async function awaitQuiet(observed: Observed, withinMs: number): Promise<string | null> {
  const deadlineMs = performance.now() + withinMs;
  let quietTimes = 0;
  for (;;) {
    const unrest = await findUnrest(observed).catch((error: unknown) => String(error));
    quietTimes = unrest === null ? quietTimes + 1 : 0;
    if (quietTimes >= TIMES) return null;
    if (performance.now() > deadlineMs) return `after ${withinMs} ms: ${unrest}`;
    await delay(ASK_EVERY_MS);
  }
}

async function findUnrest(observed: Observed): Promise<string | null> {
  const [unpublished, offsets] = await Promise.all([
    countUnpublished(observed.databaseUrl),
    readOffsets(observed),
  ]);
  const behind = offsets.reduce((sum, { committed, end }) => sum + end - (committed ?? 0), 0);
  return unpublished + behind === 0 ? null : `${unpublished} rows unpublished, ${behind} records behind`;
}

async function countUnpublished(databaseUrl: string): Promise<number> {
  const client = new pg.Client({ connectionString: databaseUrl, application_name: "observer" });
  client.on("error", () => {});
  try {
    await client.connect();
    const { rows } = await client.query<{ count: number }>(
      "SELECT count(*)::integer AS count FROM outbox WHERE NOT published AND parked_at IS NULL",
    );
    return rows[0]?.count ?? 0;
  } finally {
    client.end().catch(() => {});
  }
}
