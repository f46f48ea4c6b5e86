/** The relay's side of an outbox table. */
import type {
  OutboxBacklog,
  OutboxQueue,
  OutboxRow,
  ParkedOutboxRow,
  ParkedRow,
} from "../../../core/relaying/ports.ts";
import { bigIntegerColumn, textColumn } from "../binary/columns.ts";
import type { SqlService } from "../connecting/sql.ts";
import { leaseShards, releaseShards } from "../leases.ts";
import { EVENT_COLUMNS, type EventRow, eventOfRow } from "./outbox-rows.ts";
import type { OutboxTable } from "./outbox-table.ts";
import { UNPUBLISHED_COLUMNS, unpublishedRows } from "./unpublished-rows.ts";

/** As the table's generated column has it. */
const LANES = 64;
const CHANNEL = "sitewire_outbox";
const LONGEST_REASON = 1000;

type ParkedTableRow = EventRow & {
  readonly id: bigint;
  readonly park_code: string;
  readonly park_reason: string;
  readonly parked_at: Date;
};
type BacklogRow = {
  readonly unpublished: bigint;
  readonly parked: bigint;
  readonly oldest_age_ms: number | null;
};

export class SqlOutboxQueue implements OutboxQueue {
  readonly #service: SqlService;
  readonly #table: OutboxTable;
  readonly #statements: ReturnType<typeof statementsOf>;

  constructor(service: SqlService, table: OutboxTable, afterParked: "wait" | "pass") {
    this.#service = service;
    this.#table = table;
    this.#statements = statementsOf(table.quoted, afterParked);
  }

  async leaseLanes(owner: string, leaseMs: number): Promise<readonly number[]> {
    return await leaseShards(this.#service, { scope: this.#table.scope, owner, leaseMs, shards: LANES });
  }

  async releaseLanes(owner: string): Promise<void> {
    await releaseShards(this.#service, this.#table.scope, owner);
  }

  async readUnpublished(lanes: readonly number[], limit: number): Promise<readonly OutboxRow[]> {
    return unpublishedRows(await this.#service.copyOut(this.#statements.copyUnpublished(lanes, limit)));
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
    return await this.#service.change(this.#statements.removePublished, [olderThanMs, limit]);
  }

  async backlog(): Promise<OutboxBacklog> {
    const [row] = await this.#service.rows<BacklogRow>(this.#statements.backlog);
    return {
      unpublished: Number(row?.unpublished ?? 0),
      parked: Number(row?.parked ?? 0),
      oldestAgeMs: row?.oldest_age_ms ?? null,
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
    return await this.#service.change(this.#statements.retryParked, [
      ids === "all" ? null : bigIntegerColumn(ids),
    ]);
  }

  async discardParked(ids: readonly bigint[] | "all"): Promise<number> {
    return await this.#service.change(this.#statements.discardParked, [
      ids === "all" ? null : bigIntegerColumn(ids),
    ]);
  }

  onInserted(listener: () => void, signal: AbortSignal): void {
    const heard = (payload: string | null): void => {
      if (payload === null || payload === this.#table.name) listener();
    };
    this.#service.listen(CHANNEL, heard, signal);
  }
}

function statementsOf(table: string, afterParked: "wait" | "pass") {
  const waiting = `
    AND NOT EXISTS (
      SELECT FROM ${table} AS parked
      WHERE parked.parked_at IS NOT NULL AND NOT parked.published
        AND parked.message_key = waiting.message_key AND parked.topic_name = waiting.topic_name
        AND parked.id < waiting.id
    )`;
  const isParked =
    "parked_at IS NOT NULL AND NOT published AND ($1::bigint[] IS NULL OR id = ANY ($1::bigint[]))";
  return {
    /** COPY takes no parameters. */
    copyUnpublished: (lanes: readonly number[], limit: number) => `
      COPY (
        SELECT ${UNPUBLISHED_COLUMNS} FROM ${table} AS waiting
        WHERE NOT published AND parked_at IS NULL AND lane = ANY ('{${lanes.join()}}'::smallint[])
          ${afterParked === "wait" ? waiting : ""}
        ORDER BY id LIMIT ${limit}
      ) TO STDOUT (FORMAT binary)`,
    markPublished: `
      UPDATE ${table} SET published = true, published_at = now()
      WHERE id = ANY ($1::bigint[]) AND NOT published`,
    park: `
      UPDATE ${table} AS refused SET parked_at = now(), park_code = given.code, park_reason = given.reason
      FROM unnest($1::bigint[], $2::text[], $3::text[]) AS given (id, code, reason)
      WHERE refused.id = given.id AND NOT refused.published`,
    removePublished: `
      DELETE FROM ${table} WHERE id IN (
        SELECT id FROM ${table}
        WHERE published AND published_at < now() - $1 * interval '1 millisecond'
        ORDER BY published_at LIMIT $2 FOR UPDATE SKIP LOCKED
      )`,
    backlog: `
      SELECT
        (SELECT count(*) FROM ${table} WHERE NOT published AND parked_at IS NULL) AS unpublished,
        (SELECT count(*) FROM ${table} WHERE NOT published AND parked_at IS NOT NULL) AS parked,
        (
          SELECT greatest(0, extract(epoch FROM clock_timestamp() - created_at) * 1000)::double precision
          FROM ${table} WHERE NOT published AND parked_at IS NULL ORDER BY id LIMIT 1
        ) AS oldest_age_ms`,
    parked: `
      SELECT id, park_code, park_reason, parked_at, ${EVENT_COLUMNS} FROM ${table}
      WHERE parked_at IS NOT NULL AND NOT published ORDER BY id LIMIT $1`,
    retryParked: `
      UPDATE ${table} SET parked_at = NULL, park_code = NULL, park_reason = NULL WHERE ${isParked}`,
    discardParked: `DELETE FROM ${table} WHERE ${isParked}`,
  };
}

/** What a broker says may hold anything. */
function storableText(text: string): string {
  return text.replaceAll("\u0000", "\ufffd").slice(0, LONGEST_REASON);
}
