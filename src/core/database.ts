/** A database as apps use it: core's ports in one place. */

import type { DeliveryStore } from "./alerting/ports.ts";
import type { SilenceStore } from "./alerting/silences.ts";
import type { EventLogReader, EventPublisher, EventSource, PartitionLag } from "./events/ports.ts";
import type { IncidentStore } from "./incidents/ports.ts";
import type { ObservationReview } from "./incidents/watching-observation.ts";
import type { MaintenanceWindowStore } from "./maintenance-windows/ports.ts";
import type { ResultMaintenance, ResultStore } from "./recording/ports.ts";
import type { Outbox, OutboxQueue } from "./relaying/ports.ts";
import type { UptimeHistory } from "./reporting/ports.ts";
import type { ReferenceClock } from "./scheduling/clock-comparison.ts";
import type { SiteShards } from "./scheduling/shared-sites.ts";
import type { ResultHistory, SiteStore } from "./sites/ports.ts";

interface OutboxQueueOptions {
  /** `table` or `schema.table`; without it Sitewire's own outbox. */
  readonly table?: string | undefined;
  /** What later rows of a parked row's key do. */
  readonly afterParked: "wait" | "pass";
}

interface EventSourceOptions {
  readonly topics: readonly string[];
  readonly group: string;
  /** The wait after a batch that was not full; none without it. */
  readonly gatherMs?: number;
}

/** What apps write: results into the outbox, marks on its published rows, recorded results, sent notifications. */
export type DatabaseWork = "append" | "publish" | "record" | "deliver";

export interface Database {
  /** Brings the tables up to date; returns the names of the migrations applied now. Several may call at once. */
  migrate(): Promise<readonly string[]>;
  /**
   * Names of the migrations that are missing; null where there are no tables at all. Changes nothing. Throws
   * `FailureError` where the tables are newer than this program.
   */
  pendingMigrations(): Promise<readonly string[] | null>;
  /** Changes nothing. Throws `UnavailableError` where the database would refuse one of these works now. */
  tryWriting(works: readonly DatabaseWork[]): Promise<void>;
  readonly sites: SiteStore;
  /** The same sites, as the monitors of this place share them. */
  siteShards(location: string): SiteShards;
  readonly results: ResultStore;
  readonly incidents: IncidentStore;
  readonly observation: ObservationReview;
  readonly deliveries: DeliveryStore;
  readonly silences: SilenceStore;
  readonly maintenanceWindows: MaintenanceWindowStore;
  readonly history: ResultHistory;
  readonly uptime: UptimeHistory;
  readonly maintenance: ResultMaintenance;
  /** The server's clock, which all monitors share. */
  readonly clock: ReferenceClock;
  readonly outbox: Outbox;
  outboxQueue(options: OutboxQueueOptions): OutboxQueue;

  // The database as its own event log, where there is no Kafka.
  /** Appends to the outbox, which is the log: acknowledged when durable. */
  readonly logPublisher: EventPublisher;
  readonly logReader: EventLogReader;
  /** One consumer of `topics`; its offsets are kept under `group`. */
  eventSource(options: EventSourceOptions): EventSource;
  logLag(options: {
    readonly topics: readonly string[];
    readonly group: string;
  }): Promise<readonly PartitionLag[]>;

  close(): Promise<void>;
}
