/** The table `counted_attempts`: one row a key and window. */
import type { AttemptLimit, AttemptStore } from "../../../core/accounts/ports.ts";
import { hashOfSecret } from "../../../core/accounts/secrets.ts";
import type { SqlService } from "../connecting/sql.ts";

/** One statement counts and decides, so that attempts at the same moment cannot all be the last one allowed. */
const TAKE = `
  INSERT INTO counted_attempts AS attempts (key, count, since, until)
  VALUES ($1, 1, now(), now() + $2::double precision * interval '1 millisecond')
  ON CONFLICT (key) DO UPDATE SET
    count = CASE WHEN attempts.until <= now() THEN 1 ELSE least(attempts.count, 1000000) + 1 END,
    since = CASE WHEN attempts.until <= now() THEN now() ELSE attempts.since END,
    until = CASE WHEN attempts.until <= now() THEN excluded.until ELSE attempts.until END
  RETURNING count, (extract(epoch FROM until - now()) * 1000)::double precision AS "leftMs"`;

const CLEAR = "DELETE FROM counted_attempts WHERE key = $1";
const REMOVE_OLD = "DELETE FROM counted_attempts WHERE until < now()";

/** One in so many attempts removes the rows of windows that have ended. */
const CLEANING_RATE = 100;

export class SqlAttemptStore implements AttemptStore {
  readonly #service: SqlService;
  #taken = 0;

  constructor(service: SqlService) {
    this.#service = service;
  }

  async take(key: string, { max, windowMs }: AttemptLimit): Promise<number> {
    this.#taken += 1;
    if (this.#taken % CLEANING_RATE === 0) await this.#service.change(REMOVE_OLD);
    type Row = { readonly count: number; readonly leftMs: number };
    const [row] = await this.#service.rows<Row>(TAKE, [hashOfSecret(key), windowMs]);
    if (row === undefined) throw new Error("INSERT … RETURNING gave no row");
    return row.count <= max ? 0 : Math.max(1, row.leftMs);
  }

  async clear(key: string): Promise<void> {
    await this.#service.change(CLEAR, [hashOfSecret(key)]);
  }
}
