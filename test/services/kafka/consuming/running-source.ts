// An event source running in the background of a test, with a handler that remembers what it was given.
import { onTestFinished } from "vitest";
import type { ConsumedEvent } from "../../../../src/contract/events/event.ts";
import type { EventBatch } from "../../../../src/core/events/ports.ts";
import {
  createKafkaEventSource,
  type KafkaEventSourceOptions,
} from "../../../../src/services/kafka/consuming/consumer.ts";
import { aLog, type RememberingLog } from "../ground.ts";

export interface RunningSource {
  readonly log: RememberingLog;
  readonly batches: readonly EventBatch[];
  /** The values of all events, as text, in the order in which they came. */
  readonly values: readonly string[];
  readonly events: readonly ConsumedEvent[];
  /** The partitions that were last assigned to it, as `topic/partition`. */
  readonly assigned: () => readonly string[];
  /** Resolves, or rejects, as `run` does. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

export type Given = Omit<KafkaEventSourceOptions, "log" | "batch" | "from"> &
  Partial<Pick<KafkaEventSourceOptions, "batch" | "from">>;

/** @param handle is called before the batch is remembered; what it does decides the batch's fate. */
export function startSource(
  given: Given,
  handle: (batch: EventBatch, signal: AbortSignal) => Promise<void> = async () => {},
): RunningSource {
  const log = aLog();
  const batches: EventBatch[] = [];
  const stopping = new AbortController();
  const source = createKafkaEventSource({
    from: "earliest",
    batch: { maxEvents: 500, maxWaitMs: 20 },
    ...given,
    log,
  });
  const ended = source.run(async (batch, signal) => {
    await handle(batch, signal);
    batches.push(batch);
  }, stopping.signal);
  ended.catch(() => {});
  const stop = async (): Promise<void> => {
    stopping.abort();
    await ended;
  };
  onTestFinished(() => stop().catch(() => {}));
  const events = (): readonly ConsumedEvent[] => batches.flatMap((batch) => batch.events);
  return {
    log,
    batches,
    get events() {
      return events();
    },
    get values() {
      return events().map(({ value }) => Buffer.from(value ?? []).toString());
    },
    assigned() {
      const last = log.entries.findLast(({ message }) => message === "partitions assigned");
      return last !== undefined && "partitions" in last.fields && Array.isArray(last.fields.partitions)
        ? last.fields.partitions
        : [];
    },
    ended,
    stop,
  };
}
