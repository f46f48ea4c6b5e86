/**
 * Decides which event goes to which partition and in which request. There is one record batch for each
 * partition and request, and the broker limits the size of a batch: so events are grouped into portions below it.
 */
import type { Event } from "../../../contract/events/event.ts";
import { partitionOfKey } from "../protocol/partitioner.ts";

/** Events of one partition that travel as one record batch: acknowledged or refused together. */
export interface Portion {
  readonly topic: string;
  readonly partition: number;
  /** Positions in the published list, in order. */
  readonly indexes: readonly number[];
  readonly sizeBytes: number;
}

/** Below the broker's default `message.max.bytes` of 1 MiB, which counts the batch, not the record. */
const PORTION_BYTES = 900_000;
/** What one record takes beside its key, value and headers, generously. */
const RECORD_OVERHEAD_BYTES = 40;
const HEADER_OVERHEAD_BYTES = 8;

export class ProducePlan {
  readonly #queues = new Map<string, Portion[]>();
  #unkeyed = Math.floor(Math.random() * 0x10000);

  /**
   * Puts events of a topic with that many partitions behind those already planned. Those without a key go to partitions
   * that are not `avoided`, where there are any.
   */
  add(
    events: readonly Event[],
    indexes: readonly number[],
    topic: string,
    partitionCount: number,
    isAvoided: (partition: number) => boolean,
  ): void {
    const all = [...Array(partitionCount).keys()];
    const wanted = all.filter((partition) => !isAvoided(partition));
    const spread = wanted.length > 0 ? wanted : all;
    const open = new Map<number, { indexes: number[]; sizeBytes: number }>();
    for (const index of indexes) {
      const event = events[index];
      if (event === undefined) continue;
      const partition =
        event.key === null
          ? (spread[this.#unkeyed++ % spread.length] ?? 0)
          : partitionOfKey(event.binary?.key ?? Buffer.from(event.key), partitionCount);
      const sizeBytes = recordBytes(event);
      const portion = open.get(partition);
      if (portion !== undefined && portion.sizeBytes + sizeBytes <= PORTION_BYTES) {
        portion.indexes.push(index);
        portion.sizeBytes += sizeBytes;
        continue;
      }
      if (portion !== undefined) this.#queue({ topic, partition, ...portion });
      open.set(partition, { indexes: [index], sizeBytes });
    }
    for (const [partition, portion] of open) this.#queue({ topic, partition, ...portion });
  }

  /** The first waiting portion of each partition, as many as fit in `limitBytes` (always one). */
  next(limitBytes: number): readonly Portion[] {
    const portions: Portion[] = [];
    let sizeBytes = 0;
    for (const [key, queue] of this.#queues) {
      const [first] = queue;
      if (first === undefined) continue;
      if (portions.length > 0 && sizeBytes + first.sizeBytes > limitBytes) continue;
      portions.push(first);
      sizeBytes += first.sizeBytes;
      queue.shift();
      if (queue.length === 0) this.#queues.delete(key);
    }
    return portions;
  }

  /** Puts parts of a portion back before what waits for its partition. */
  putBack(parts: readonly Portion[]): void {
    const [first] = parts;
    if (first === undefined) return;
    const queue = this.#queues.get(keyOf(first)) ?? [];
    this.#queues.set(keyOf(first), [...parts, ...queue]);
  }

  get isEmpty(): boolean {
    return this.#queues.size === 0;
  }

  /** Those that something waits for, by `keyOf`. */
  partitions(): readonly string[] {
    return [...this.#queues.keys()];
  }

  /** Takes back all that waits for a partition; returns the positions. */
  withdraw(partition: string): readonly number[] {
    const indexes = (this.#queues.get(partition) ?? []).flatMap((portion) => portion.indexes);
    this.#queues.delete(partition);
    return indexes;
  }

  #queue(portion: Portion): void {
    const queue = this.#queues.get(keyOf(portion));
    if (queue === undefined) this.#queues.set(keyOf(portion), [portion]);
    else queue.push(portion);
  }
}

/** Names a partition. A topic's name holds no slash. */
export function keyOf({ topic, partition }: { readonly topic: string; readonly partition: number }): string {
  return `${topic}/${partition}`;
}

/** Two halves; the sizes are only estimates from here on. */
export function halvesOf(portion: Portion): readonly Portion[] {
  const middle = Math.ceil(portion.indexes.length / 2);
  return [portion.indexes.slice(0, middle), portion.indexes.slice(middle)].map((indexes) => ({
    ...portion,
    indexes,
    sizeBytes: Math.ceil(portion.sizeBytes / 2),
  }));
}

/** By characters, not bytes: an estimate, which the broker corrects where it is far too low. */
function recordBytes({ key, value, headers }: Event): number {
  let sizeBytes = RECORD_OVERHEAD_BYTES + (value?.byteLength ?? 0) + (key?.length ?? 0);
  for (const name in headers) {
    sizeBytes += HEADER_OVERHEAD_BYTES + name.length + (headers[name]?.length ?? 0);
  }
  return sizeBytes;
}
