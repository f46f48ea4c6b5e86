/**
 * What a PostgreSQL server does in the background and a single session does not: checkpoints, without which the log
 * of changes grows for ever, and vacuuming, without which dead rows do.
 */
import pg from "pg";
import { messageOf } from "../../contract/errors.ts";
import { inThread } from "./client-streams.ts";
import type { WireServer } from "./wire-server.ts";

/** Changes since the last checkpoint that make the next one due: what a crash has to be recovered from. */
const CHECKPOINT_DUE_BYTES = 32 * 1024 * 1024;

const LOG_SINCE_CHECKPOINT = `
  SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), redo_lsn)::double precision AS bytes FROM pg_control_checkpoint()`;

/** As autovacuum decides by default (PostgreSQL manual, "The Autovacuum Daemon"), and before transaction ids run out. */
const VACUUM_DUE = `
  SELECT relid::regclass::text AS name
  FROM pg_stat_user_tables JOIN pg_class ON pg_class.oid = relid
  WHERE n_dead_tup > 1000 + 0.2 * n_live_tup OR n_ins_since_vacuum > 10000 + 0.2 * n_live_tup
    OR age(relfrozenxid) > 200000000
  ORDER BY n_dead_tup DESC LIMIT 1`;

export interface HousekeepingOptions {
  readonly server: WireServer;
  readonly everyMs: number;
  /** Called when something could not be done; the next round tries again. */
  readonly onFailure: (reason: string) => void;
}

/** Does what is due every so often, one table at a time, until stopped. */
export function startHousekeeping({ server, everyMs, onFailure }: HousekeepingOptions): () => void {
  let timer: NodeJS.Timeout;
  const stop = new AbortController();
  const keepHouse = async (): Promise<void> => {
    const client = new pg.Client({
      stream: () => inThread((stream) => server.serve(stream)),
      user: "postgres",
      password: "",
    });
    client.on("error", () => {});
    try {
      await client.connect();
      const { rows: log } = await client.query<{ bytes: number }>(LOG_SINCE_CHECKPOINT);
      if ((log[0]?.bytes ?? 0) > CHECKPOINT_DUE_BYTES) await client.query("CHECKPOINT");
      const { rows: tables } = await client.query<{ name: string }>(VACUUM_DUE);
      for (const { name } of tables) await client.query(`VACUUM (ANALYZE) ${name}`);
    } catch (error) {
      if (!stop.signal.aborted) onFailure(messageOf(error));
    } finally {
      await client.end().catch(() => {});
      if (!stop.signal.aborted) timer = setTimeout(keepHouse, everyMs);
    }
  };
  timer = setTimeout(keepHouse, everyMs);
  return () => {
    stop.abort();
    clearTimeout(timer);
  };
}
