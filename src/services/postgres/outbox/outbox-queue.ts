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
import { type EventRow, eventOfRow } from "./outbox-rows.ts";
import { outboxStatements } from "./outbox-statements.ts";
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
  readonly #statements: ReturnType<typeof outboxStatements>;
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
    this.#statements = outboxStatements(table.quoted);
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

/** What a broker says may hold anything. */
function storableText(text: string): string {
  return text.replaceAll("\u0000", "\ufffd").toWellFormed().slice(0, LONGEST_REASON);
}
