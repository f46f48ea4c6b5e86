/**
 * Reads events from Kafka as a member of a consumer group. The client keeps the membership. What to fetch, hand over and
 * commit is decided here for each partition (group-membership.ts, fetch-loop.ts, partition-feed.ts).
 */
import type { KafkaSettings } from "../../../contract/settings/connection-settings.ts";
import type { EventBatch, EventSource } from "../../../core/events/ports.ts";
import type { Log } from "../../../core/log.ts";
import type { BatchLimits } from "./partition-feed.ts";
import { SourceRun } from "./source-run.ts";
import type { StartFrom } from "./start-offsets.ts";

export interface KafkaEventSourceOptions {
  readonly settings: KafkaSettings;
  readonly groupId: string;
  /** Static membership: a member that returns in time under the same id gets its partitions back without a rebalance. */
  readonly instanceId?: string | undefined;
  readonly topics: readonly string[];
  /** Where a group without committed offsets starts: milliseconds since the epoch, or the oldest event. */
  readonly from: StartFrom;
  readonly batch: BatchLimits;
  readonly log: Log;
  /** A member that sends no heartbeat for this long loses its partitions to the others. Default 15 s. */
  readonly sessionTimeoutMs?: number;
}

const SESSION_TIMEOUT_MS = 15_000;
const HEARTBEATS_PER_SESSION = 10;

/** Connects in `run`. Throws `UsageError` for certificates that can't be used. */
export function createKafkaEventSource(options: KafkaEventSourceOptions): EventSource {
  const sessionTimeoutMs = options.sessionTimeoutMs ?? SESSION_TIMEOUT_MS;
  return {
    async run(
      handle: (batch: EventBatch, signal: AbortSignal) => Promise<void>,
      signal: AbortSignal,
    ): Promise<void> {
      const heartbeatMs = Math.ceil(sessionTimeoutMs / HEARTBEATS_PER_SESSION);
      const run = new SourceRun({ ...options, sessionTimeoutMs, heartbeatMs }, handle);
      await run.until(signal);
    },
  };
}
