/** A snapshot of the pipeline, as `sitewire status` shows it. */
import type { OutboxBacklog } from "../relaying/ports.ts";

export interface PipelineStatus {
  readonly database: string;
  readonly eventLog: string;
  readonly sites: {
    readonly enabled: number;
    readonly disabled: number;
    /** Enabled sites that are not in the table: they are named on a command line or in a file. */
    readonly outsideTable: number;
  };
  readonly outbox: OutboxBacklog;
  /** Null when the event log could not be queried; `failure` states the reason. */
  readonly consumer: { readonly lag: number; readonly partitions: number } | null;
  /** Time since the check of the newest recorded result; null when there is none. */
  readonly newestResultAgeMs: number | null;
  readonly openDeadLetters: number | null;
  /** Why the event log could not be queried; null when it could. */
  readonly failure: string | null;
}
