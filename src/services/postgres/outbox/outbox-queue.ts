/** The relay's side of an outbox table. */
import type {
  OutboxBacklog,
  OutboxHorizon,
  OutboxQueue,
  OutboxRead,
  ParkedOutboxRow,
  ParkedRow,
  ReadRange,
} from "../../../core/relaying/ports.ts";
import { bigIntegerColumn, textColumn } from "../binary/columns.ts";
import type { SqlService } from "../connecting/sql.ts";
import { leaseShards, releaseShards } from "../leases.ts";
import { EVENT_COLUMNS, type EventRow, eventOfRow } from "./outbox-rows.ts";
import type { OutboxTable } from "./outbox-table.ts";
import { copyUnpublished, type ReadRow, readRows } from "./unpublished-rows.ts";
import { VisibleRows } from "./visible-rows.ts";

/** As the table's generated column has it. */
const LANES = 64;
const CHANNEL = "sitewire_outbox";
const LONGEST_REASON = 1000;
/** Vacuum reads every index whole, so it waits until a fair part of the table is dead. */
const RECLAIM_SHARE = 0.05;
/** Rows are removed in the order in which they were published, from where the last removal ended; now and then from the start. */
const REMOVALS_FROM_START = 100;

type ParkedTableRow = EventRow & {
  readonly id: bigint;
  readonly park_code: string;
  readonly park_reason: string;
  readonly parked_at: Date;
};
type HorizonRow = {
  readonly highest_id: bigint;
  readonly writers: string[];
  readonly rewinds: bigint;
};
type BacklogRow = {
  readonly unpublished: bigint;
  readonly parked: bigint;
  readonly oldest_age_ms: number | null;
};

export class SqlOutboxQueue implements OutboxQueue {
  readonly #service: SqlService;
  readonly #table: OutboxTable;
  readonly #afterParked: "wait" | "pass";
  readonly #statements: ReturnType<typeof statementsOf>;
  readonly #visible = new VisibleRows();
  #identity: string | null = null;
  #allFreed = false;
  #removals = 0;
  /** When the last row that was removed had been published. */
  #removedUntil: Date | null = null;

  constructor(service: SqlService, table: OutboxTable, afterParked: "wait" | "pass") {
    this.#service = service;
    this.#table = table;
    this.#afterParked = afterParked;
    this.#statements = statementsOf(table.quoted);
  }

  async leaseLanes(owner: string, leaseMs: number): Promise<readonly number[]> {
    return await leaseShards(this.#service, { scope: this.#table.scope, owner, leaseMs, shards: LANES });
  }

  async releaseLanes(owner: string): Promise<void> {
    await releaseShards(this.#service, this.#table.scope, owner);
  }

  async readUnpublished(lanes: readonly number[], range: ReadRange): Promise<OutboxRead> {
    if (this.#afterParked === "pass") await this.#freeAllWaiting();
    const statement = copyUnpublished(this.#table.quoted, lanes, range, this.#afterParked);
    const identity = await this.#identityOnce();
    const read = readRows(await this.#service.copyOut(statement), identity);
    await this.#letWait(read);
    const rows = read.flatMap((found) => (found.kind === "ready" ? [found.row] : []));
    return { rows, upToId: this.#isFull(read, range) ? lastId(read) : null };
  }

  async horizon(): Promise<OutboxHorizon> {
    const [row] = await this.#service.rows<HorizonRow>(this.#statements.horizon, [
      this.#table.quoted,
      this.#table.name,
    ]);
    const visibleUpToId = this.#visible.see({
      highestId: row?.highest_id ?? 0n,
      writers: row?.writers ?? [],
    });
    return { visibleUpToId, rewinds: row?.rewinds ?? 0n };
  }

  async markPublished(ids: readonly bigint[]): Promise<void> {
    await this.#service.change(this.#statements.markPublished, [bigIntegerColumn(ids)]);
  }

  async park(rows: readonly ParkedRow[]): Promise<void> {
    await this.#service.change(this.#statements.park, [
      bigIntegerColumn(rows.map(({ id }) => id)),
      textColumn(rows.map(({ code }) => code)),
      textColumn(rows.map(({ reason }) => storableText(reason))),
    ]);
  }

  async removePublished(olderThanMs: number, limit: number): Promise<number> {
    const fromStart = this.#removals++ % REMOVALS_FROM_START === 0;
    const from = fromStart ? null : (this.#removedUntil?.getTime() ?? null);
    const [row] = await this.#service.rows<{ count: bigint; until: Date | null }>(
      this.#statements.removePublished,
      [olderThanMs, limit, from],
    );
    this.#removedUntil = row?.until ?? this.#removedUntil;
    return Number(row?.count ?? 0);
  }

  async reclaim(removedRows: number): Promise<boolean> {
    const [row] = await this.#service.rows<{ rows: number }>(
      "SELECT reltuples::float8 AS rows FROM pg_class WHERE oid = $1::regclass",
      [this.#table.quoted],
    );
    if (removedRows < RECLAIM_SHARE * (row?.rows ?? 0)) return false;
    await this.#service.outsideTransaction(`VACUUM (SKIP_LOCKED, TRUNCATE false) ${this.#table.quoted}`);
    return true;
  }

  async backlog(): Promise<OutboxBacklog> {
    const [row] = await this.#service.rows<BacklogRow>(this.#statements.backlog);
    return {
      unpublished: Number(row?.unpublished ?? 0),
      parked: Number(row?.parked ?? 0),
      oldestAgeMs: Number(row?.unpublished ?? 0) === 0 ? null : (row?.oldest_age_ms ?? null),
    };
  }

  async parked(limit: number): Promise<readonly ParkedOutboxRow[]> {
    const rows = await this.#service.rows<ParkedTableRow>(this.#statements.parked, [limit]);
    return rows.map((row) => ({
      id: row.id,
      code: row.park_code,
      reason: row.park_reason,
      parkedAtMs: row.parked_at.getTime(),
      event: eventOfRow(row),
    }));
  }

  async retryParked(ids: readonly bigint[] | "all"): Promise<number> {
    return await this.#release(this.#statements.retryParked, ids);
  }

  async discardParked(ids: readonly bigint[] | "all"): Promise<number> {
    return await this.#release(this.#statements.discardParked, ids);
  }

  onInserted(listener: () => void, signal: AbortSignal): void {
    const heard = (payload: string | null): void => {
      if (payload === null || payload === this.#table.name) listener();
    };
    this.#service.listen(CHANNEL, heard, signal);
  }

  /** What waits behind a parked row is not looked at again until that row is dealt with. */
  async #letWait(read: readonly ReadRow[]): Promise<void> {
    const waiting = read.flatMap((found) => (found.kind === "waiting" ? [found] : []));
    if (waiting.length === 0) return;
    await this.#service.change(this.#statements.letWait, [
      bigIntegerColumn(waiting.map(({ id }) => id)),
      bigIntegerColumn(waiting.map(({ waitsFor }) => waitsFor)),
    ]);
  }

  /** `create_outbox` did not create this table, so its name identifies it. */
  async #identityOnce(): Promise<string> {
    if (this.#identity !== null) return this.#identity;
    const statement = "SELECT identity FROM outboxes WHERE name = $1";
    const [row] = await this.#service.rows<{ identity: string }>(statement, [this.#table.name]);
    this.#identity = row?.identity ?? this.#table.name;
    return this.#identity;
  }

  /** Rows may wait since a time when the setting was that they wait. */
  async #freeAllWaiting(): Promise<void> {
    if (this.#allFreed) return;
    await this.#service.change(this.#statements.freeAllWaiting);
    this.#allFreed = true;
  }

  /** Deals with parked rows by a statement, and frees what waited for them. */
  async #release(statement: string, ids: readonly bigint[] | "all"): Promise<number> {
    const which = ids === "all" ? null : bigIntegerColumn(ids);
    return await this.#service.transaction(async (sql) => {
      const released = await sql.rows<{ id: bigint }>(statement, [which]);
      // A statement of its own: it sees what was made to wait until the row above was locked.
      await sql.change(this.#statements.freeWaiting, [bigIntegerColumn(released.map(({ id }) => id))]);
      await sql.change("UPDATE outboxes SET rewinds = rewinds + 1 WHERE name = $1", [this.#table.name]);
      return released.length;
    });
  }

  /** Whether there may be more rows than were read. */
  #isFull(read: readonly ReadRow[], { maxRows, maxBytes }: ReadRange): boolean {
    const sizes = read.map((found) => (found.kind === "ready" ? found.row.sizeBytes : 0));
    return read.length >= maxRows || sizes.reduce((sum, size) => sum + size, 0) >= maxBytes;
  }
}

function lastId(read: readonly ReadRow[]): bigint {
  const last = read.at(-1);
  if (last === undefined) return 0n;
  return last.kind === "ready" ? last.row.id : last.id;
}

function statementsOf(table: string) {
  const isParked =
    "parked_at IS NOT NULL AND NOT published AND ($1::bigint[] IS NULL OR id = ANY ($1::bigint[]))";
  const ready = "NOT published AND parked_at IS NULL AND waits_for IS NULL";
  const waits = "waits_for IS NOT NULL";
  const ageOf = (which: string): string => `(
    SELECT extract(epoch FROM clock_timestamp() - created_at) * 1000
    FROM ${table} WHERE ${which} ORDER BY id LIMIT 1
  )`;
  return {
    horizon: `
      SELECT
        coalesce((SELECT max(id) FROM ${table}), 0) AS highest_id,
        ARRAY (
          SELECT virtualtransaction FROM pg_locks
          WHERE locktype = 'relation' AND relation = $1::regclass AND granted
            AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
            AND mode IN ('RowExclusiveLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')
        ) AS writers,
        coalesce((SELECT rewinds FROM outboxes WHERE name = $2), 0) AS rewinds`,
    letWait: `
      WITH still_parked AS (
        SELECT id FROM ${table}
        WHERE id = ANY ($2::bigint[]) AND parked_at IS NOT NULL AND NOT published FOR UPDATE
      )
      UPDATE ${table} AS waiting SET waits_for = given.waits_for
      FROM unnest($1::bigint[], $2::bigint[]) AS given (id, waits_for)
      JOIN still_parked ON still_parked.id = given.waits_for
      WHERE waiting.id = given.id AND NOT waiting.published`,
    freeWaiting: `UPDATE ${table} SET waits_for = NULL WHERE waits_for = ANY ($1::bigint[])`,
    freeAllWaiting: `UPDATE ${table} SET waits_for = NULL WHERE ${waits}`,
    markPublished: `
      UPDATE ${table} SET published = true, published_at = now(), waits_for = NULL
      WHERE id = ANY ($1::bigint[]) AND NOT published`,
    park: `
      UPDATE ${table} AS refused SET parked_at = now(), park_code = given.code, park_reason = given.reason
      FROM unnest($1::bigint[], $2::text[], $3::text[]) AS given (id, code, reason)
      WHERE refused.id = given.id AND NOT refused.published`,
    removePublished: `
      WITH removed AS (
        DELETE FROM ${table} WHERE id IN (
          SELECT id FROM ${table}
          WHERE published AND published_at < now() - $1 * interval '1 millisecond'
            AND published_at >= coalesce(to_timestamp($3::float8 / 1000) - interval '1 minute', '-infinity')
          ORDER BY published_at LIMIT $2 FOR UPDATE SKIP LOCKED
        ) RETURNING published_at
      )
      SELECT count(*) AS count, max(published_at) AS until FROM removed`,
    backlog: `
      SELECT
        (SELECT count(*) FROM ${table} WHERE ${ready}) + (SELECT count(*) FROM ${table} WHERE ${waits}) AS unpublished,
        (SELECT count(*) FROM ${table} WHERE NOT published AND parked_at IS NOT NULL) AS parked,
        greatest(0, ${ageOf(ready)}, ${ageOf(waits)})::double precision AS oldest_age_ms`,
    parked: `
      SELECT id, park_code, park_reason, parked_at, ${EVENT_COLUMNS} FROM ${table}
      WHERE parked_at IS NOT NULL AND NOT published ORDER BY id LIMIT $1`,
    retryParked: `
      UPDATE ${table} SET parked_at = NULL, park_code = NULL, park_reason = NULL WHERE ${isParked} RETURNING id`,
    discardParked: `DELETE FROM ${table} WHERE ${isParked} RETURNING id`,
  };
}

/** What a broker says may hold anything. */
function storableText(text: string): string {
  return text.replaceAll("\u0000", "\ufffd").toWellFormed().slice(0, LONGEST_REASON);
}
