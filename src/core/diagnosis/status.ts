/** How the pipeline stands at one moment: what `sitewire status` shows. */
import type { OutboxBacklog } from "../relaying/ports.ts";

export interface PipelineStatus {
  readonly database: string;
  readonly eventLog: string;
  readonly sites: {
    readonly enabled: number;
    readonly disabled: number;
    /** Of those enabled, the ones that are watched without being in the table: named on a command line or in a file. */
    readonly outsideTable: number;
  };
  readonly outbox: OutboxBacklog;
  /** Null where the log could not be asked; `failure` says why. */
  readonly consumer: { readonly lag: number; readonly partitions: number } | null;
  /** Age of the newest recorded result, by the time of its check; null where there is none. */
  readonly newestResultAgeMs: number | null;
  readonly openDeadLetters: number | null;
  /** Why the event log could not be asked; null when it could. */
  readonly failure: string | null;
}
