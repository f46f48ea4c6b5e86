/**
 * The database as its own event log, where there is no Kafka: the outbox is the log. What is not `published` has not
 * been consumed; a consumer marks what it has handled. So no row can be passed over, whatever the order in which
 * transactions commit, and a relay that is set up later publishes only what nobody has consumed.
 */
import type { ConsumedEvent, Event } from "../../../contract/events/event.ts";
import type {
  EventLogReader,
  EventPublisher,
  PartitionLag,
  PublishOutcome,
} from "../../../core/events/ports.ts";
import { textColumn } from "../binary/columns.ts";
import type { SqlService } from "../connecting/sql.ts";
import { appendEvents, refusalOf } from "./append-events.ts";
import { EVENT_COLUMNS, type EventRow, eventOfRow, ROW_BYTES, upToBytes } from "./outbox-rows.ts";
import type { OutboxTable } from "./outbox-table.ts";

/** There is one consumer at a time and one partition. */
const PARTITION = 0;
const READ_ROWS = 1000;
const READ_BYTES = 8 << 20;

export type LogRow = EventRow & { readonly id: bigint; readonly created_at: Date };

export class SqlLogPublisher implements EventPublisher {
  readonly #service: SqlService;
  readonly #table: OutboxTable;

  constructor(service: SqlService, table: OutboxTable) {
    this.#service = service;
    this.#table = table;
  }

  async publish(events: readonly Event[]): Promise<readonly PublishOutcome[]> {
    const outcomes = events.map((event): PublishOutcome => {
      const refusal = refusalOf(event);
      return refusal === null
        ? { kind: "acknowledged" }
        : { kind: "refused", code: refusal.code, reason: refusal.message };
    });
    const storable = events.filter((_, index) => outcomes[index]?.kind === "acknowledged");
    await appendEvents(this.#service, this.#table, storable);
    return outcomes;
  }

  async close(): Promise<void> {}
}

export class SqlLogReader implements EventLogReader {
  readonly #service: SqlService;
  readonly #table: OutboxTable;

  constructor(service: SqlService, table: OutboxTable) {
    this.#service = service;
    this.#table = table;
  }

  async readAll(
    topic: string,
    handle: (events: readonly ConsumedEvent[]) => void | Promise<void>,
    signal: AbortSignal,
  ): Promise<void> {
    const table = this.#table.quoted;
    const [end] = await this.#service.rows<{ id: bigint }>(`SELECT coalesce(max(id), 0) AS id FROM ${table}`);
    let after = 0n;
    for (;;) {
      signal.throwIfAborted();
      const rows = await this.#service.rows<LogRow>(
        upToBytes(
          `id, created_at, ${EVENT_COLUMNS}`,
          `SELECT id, created_at, ${EVENT_COLUMNS}, ${ROW_BYTES} AS size_bytes FROM ${table}
           WHERE topic_name = $1 AND id > $2 AND id <= $3 ORDER BY id LIMIT $4`,
          "$5",
        ),
        [topic, after, end?.id ?? 0n, READ_ROWS, READ_BYTES],
      );
      const last = rows.at(-1);
      if (last === undefined) return;
      await handle(rows.map(consumedEvent));
      after = last.id;
    }
  }
}

type LagRow = {
  readonly topic: string;
  readonly first: bigint | null;
  readonly waiting: bigint;
  readonly end: bigint;
};

/** How far the consumer of these topics is behind. */
export async function readLogLag(
  service: SqlService,
  table: OutboxTable,
  topics: readonly string[],
): Promise<readonly PartitionLag[]> {
  const rows = await service.rows<LagRow>(
    `SELECT topic, waiting.first, waiting.count AS waiting,
       (SELECT coalesce(max(id), 0) + 1 FROM ${table.quoted}) AS "end"
     FROM unnest($1::text[]) AS topic
     CROSS JOIN LATERAL (
       SELECT min(id) AS first, count(*) AS count FROM ${table.quoted}
       WHERE NOT published AND parked_at IS NULL AND waits_for IS NULL AND topic_name = topic
     ) AS waiting`,
    [textColumn(topics)],
  );
  return rows.map(({ topic, first, waiting, end }) => ({
    topic,
    partition: PARTITION,
    committed: first ?? end,
    end,
    lag: waiting,
  }));
}

export function consumedEvent(row: LogRow): ConsumedEvent {
  const event = eventOfRow(row);
  return {
    ...event,
    partition: PARTITION,
    offset: row.id,
    timestampMs: row.created_at.getTime(),
    header: (name) => event.headers[name],
  };
}
