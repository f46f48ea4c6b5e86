/**
 * Reads events from Kafka as a member of a consumer group. The client keeps the membership and speaks the protocol;
 * what is read, handed over and committed is decided here, partition by partition (group-membership.ts,
 * fetch-loop.ts, partition-feed.ts).
 */
import type { KafkaSettings } from "../../../contract/connection-settings.ts";
import type { EventBatch, EventSource } from "../../../core/events/ports.ts";
import type { Log } from "../../../core/log.ts";
import type { BatchLimits } from "./partition-feed.ts";
import { SourceRun } from "./source-run.ts";
import type { StartFrom } from "./start-offsets.ts";

export interface KafkaEventSourceOptions {
  readonly settings: KafkaSettings;
  readonly groupId: string;
  /** Static membership: one that returns under the same id in time gets its partitions back without a rebalance. */
  readonly instanceId?: string | undefined;
  readonly topics: readonly string[];
  /** Where a group without committed offsets begins: milliseconds since the epoch, or the oldest event there is. */
  readonly from: StartFrom;
  readonly batch: BatchLimits;
  readonly log: Log;
  /** A member that is silent for this long loses its partitions to the others. Default 15 s. */
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
