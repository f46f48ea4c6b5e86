/** From the record batches of a fetch to events: control records and aborted transactions left out. */
import type { fetchV17, KafkaRecord, RecordsBatch } from "@platformatic/kafka";
import { IS_CONTROL, IS_TRANSACTIONAL } from "@platformatic/kafka";
import type { ConsumedEvent } from "../../contract/event.ts";

export interface DecodedPartition {
  readonly events: readonly ConsumedEvent[];
  /** Where the next fetch goes on; null when nothing came. */
  readonly nextOffset: bigint | null;
  readonly sizeBytes: number;
}

const LOG_APPEND_TIME = 1 << 3;
const ABORT_MARKER = 0;

/** The events from `fromOffset` on: a batch may begin before the offset that was asked for. */
export function decodePartition(
  topic: string,
  response: fetchV17.FetchResponsePartition,
  fromOffset: bigint,
): DecodedPartition {
  const partition = response.partitionIndex;
  const isAborted = abortedTransactions(response);
  const events: ConsumedEvent[] = [];
  let nextOffset: bigint | null = null;
  let sizeBytes = 0;
  for (const batch of response.records ?? []) {
    nextOffset = batch.firstOffset + BigInt(batch.lastOffsetDelta) + 1n;
    if (isAborted(batch) || batch.attributes & IS_CONTROL) continue;
    for (const record of batch.records) {
      const offset = batch.firstOffset + BigInt(record.offsetDelta);
      if (offset < fromOffset) continue;
      sizeBytes += record.length;
      events.push(eventOf(record, batch, { topic, partition, offset }));
    }
  }
  return { events, nextOffset, sizeBytes };
}

function eventOf(
  record: KafkaRecord,
  batch: RecordsBatch,
  place: { readonly topic: string; readonly partition: number; readonly offset: bigint },
): ConsumedEvent {
  const stamped =
    batch.attributes & LOG_APPEND_TIME ? batch.maxTimestamp : batch.firstTimestamp + record.timestampDelta;
  const headers: Record<string, string> = {};
  for (const [name, value] of record.headers) {
    headers[name?.toString("utf8") ?? ""] = value?.toString("utf8") ?? "";
  }
  return {
    ...place,
    key: record.key?.toString("utf8") ?? null,
    headers,
    value: record.value,
    timestampMs: Number(stamped),
  };
}

/**
 * Tells, batch after batch in their order, which belong to a transaction that was aborted. The client drops those whose
 * end it sees in the same fetch; a transaction that ends in a later one is recognised here.
 */
function abortedTransactions(response: fetchV17.FetchResponsePartition): (batch: RecordsBatch) => boolean {
  const waiting = (response.abortedTransactions ?? []).toSorted((a, b) =>
    Number(a.firstOffset - b.firstOffset),
  );
  const open = new Set<bigint>();
  return (batch) => {
    const lastOffset = batch.firstOffset + BigInt(batch.lastOffsetDelta);
    for (;;) {
      const [next] = waiting;
      if (next === undefined || next.firstOffset > lastOffset) break;
      open.add(next.producerId);
      waiting.shift();
    }
    if (!(batch.attributes & IS_TRANSACTIONAL)) return false;
    if (batch.attributes & IS_CONTROL) {
      if (batch.records[0]?.key?.readInt16BE(2) === ABORT_MARKER) open.delete(batch.producerId);
      return false;
    }
    return open.has(batch.producerId);
  };
}
