/** Reads a topic from its beginning to its current end, without a group. */

import type { ConsumedEvent } from "../../../contract/events/event.ts";
import type { KafkaSettings } from "../../../contract/settings/connection-settings.ts";
import type { EventLogReader } from "../../../core/events/ports.ts";
import type { Consumer } from "../client-adapters/client.ts";
import { brokerError } from "../client-adapters/client-errors.ts";
import { dropConnections } from "../client-adapters/connections.ts";
import { Cluster } from "../connecting/cluster.ts";
import { fetchRecords } from "../consuming/fetch-request.ts";
import { readPartition } from "../protocol/consumed-events.ts";
import type { FetchLimits } from "../protocol/fetch-format.ts";
import { openObserver, topicOffsets } from "./topic-offsets.ts";

/** The client requires a group's name, although it joins none. */
const NO_GROUP = "sitewire-log-reader";
const LIMITS: FetchLimits = { maxBytes: 4_000_000, partitionMaxBytes: 4_000_000, maxWaitMs: 250 };

/** After this many empty fetches in a row the partition has ended. */
const EMPTY_FETCHES = 4;

const nothing = { batches: [], nextOffset: null, corrupt: null };

type Handle = (events: readonly ConsumedEvent[]) => void | Promise<void>;

/** A topic that does not exist has no events. Connects for each reading. */
export function createKafkaLogReader(settings: KafkaSettings): EventLogReader {
  const cluster = new Cluster(settings);
  return {
    async readAll(topic: string, handle: Handle, signal: AbortSignal): Promise<void> {
      const observer = openObserver(cluster, NO_GROUP);
      try {
        await readTopic(observer, topic, handle, signal);
      } catch (error) {
        if (signal.aborted || error instanceof HandlerError) throw unwrapped(error);
        throw cluster.unavailable(error, { topic });
      } finally {
        dropConnections(observer);
      }
    },
  };
}

async function readTopic(
  observer: Consumer,
  topic: string,
  handle: Handle,
  signal: AbortSignal,
): Promise<void> {
  const offsets = await topicOffsets(observer, topic);
  if (offsets === null) return;
  const { topicId } = offsets;
  for (const [partition, { leader, earliest, end }] of offsets.partitions.entries()) {
    let position = earliest;
    let emptyFetches = 0;
    // Compaction can leave nothing at the end of a log.
    while (position < end && emptyFetches < EMPTY_FETCHES) {
      signal.throwIfAborted();
      const wanted = { topic, topicId, partition, offset: position };
      const [found] = await fetchRecords(observer, leader, [wanted], LIMITS);
      if (found !== undefined && found.errorCode !== 0) throw brokerError(found.errorCode);
      const { batches, nextOffset, corrupt } = found === undefined ? nothing : readPartition(found, position);
      for (const batch of batches) {
        const present = batch.unpack().events.filter(({ offset }) => offset < end);
        if (present.length > 0) await handled(handle, present);
      }
      if (nextOffset === null && corrupt !== null) throw corrupt;
      emptyFetches = nextOffset === null ? emptyFetches + 1 : 0;
      position = nextOffset ?? position;
    }
  }
}

/** Tells the handler's errors from Kafka's. */
class HandlerError extends Error {}

async function handled(handle: Handle, events: readonly ConsumedEvent[]): Promise<void> {
  try {
    await handle(events);
  } catch (error) {
    throw new HandlerError("the handler failed", { cause: error });
  }
}

function unwrapped(error: unknown): unknown {
  return error instanceof HandlerError ? error.cause : error;
}
