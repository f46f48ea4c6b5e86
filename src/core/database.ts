/** The database as apps use it: all of core's database ports in one interface. */

import type { Accounts } from "./accounts/ports.ts";
import type { DeliveryStore } from "./alerting/ports.ts";
import type { SilenceStore } from "./alerting/routing/silences.ts";
import type { AlertSettingsStore } from "./alerting/routing/stored-settings.ts";
import type { DeliveryHistory } from "./alerting/sending/delivery-history.ts";
import type { PipelineIncidents } from "./alerting/watching/watching-pipeline.ts";
import type { PipelineCounting } from "./diagnosis/pipeline-counts.ts";
import type { EventLogReader, EventPublisher, EventSource, PartitionLag } from "./events/ports.ts";
import type { DomainRegistrations } from "./incidents/domain-registrations.ts";
import type { IncidentStore } from "./incidents/ports.ts";
import type { PostMortemStore } from "./incidents/post-mortems.ts";
import type { ExpiryReview } from "./incidents/watching-expiry.ts";
import type { ObservationReview } from "./incidents/watching-observation.ts";
import type { LiveChanges } from "./live/ports.ts";
import type { MaintenanceWindowStore } from "./maintenance-windows/ports.ts";
import type { ResultMaintenance, ResultStore } from "./recording/ports.ts";
import type { Outbox, OutboxQueue } from "./relaying/ports.ts";
import type { UptimeHistory } from "./reporting/ports.ts";
import type { RangeCounts } from "./reporting/range-counts.ts";
import type { ReportRecords } from "./reporting/report-records.ts";
import type { SiteOverview } from "./reporting/site-facts.ts";
import type { SiteRecords } from "./reporting/site-records.ts";
import type { IdempotencyStore } from "./requests/idempotency.ts";
import type { ReferenceClock } from "./scheduling/clock-comparison.ts";
import type { SiteShards } from "./scheduling/shared-sites.ts";
import type { SiteEditor } from "./sites/editing.ts";
import type { ResultHistory, SiteStore } from "./sites/ports.ts";
import type { StatusPageStore } from "./status-pages/ports.ts";
import type { StatusPageRecords } from "./status-pages/site-knowledge.ts";
import type { SubscriberStore } from "./status-pages/subscribers/ports.ts";

interface OutboxQueueOptions {
  /** `table` or `schema.table`; Sitewire's own outbox when omitted. */
  readonly table?: string | undefined;
  /** Whether later rows with the key of a parked row wait or are published. */
  readonly afterParked: "wait" | "pass";
}

interface EventSourceOptions {
  readonly topics: readonly string[];
  readonly group: string;
  /** How long to wait after a batch that was not full, milliseconds; 0 when omitted. */
  readonly gatherMs?: number;
  /** Shortest pause between two reads that were not full, milliseconds; 0 when omitted. */
  readonly apartMs?: number;
}

/** What apps write: results into the outbox, marks on its published rows, recorded results, sent notifications. */
export type DatabaseWork = "append" | "publish" | "record" | "deliver";

export interface Database {
  /** How long the leases of an app last. What dies with its database leaves nobody waiting, so that they may be long. */
  readonly leaseMs: number;
  /** Applies pending migrations and returns their names. Several processes may call it at once. */
  migrate(): Promise<readonly string[]>;
  /**
   * Returns the names of the pending migrations; null when there are no tables. Changes nothing. Throws `FailureError`
   * when the tables are newer than this program.
   */
  pendingMigrations(): Promise<readonly string[] | null>;
  /** Changes nothing. Throws `UnavailableError` where the database would refuse one of these works now. */
  tryWriting(works: readonly DatabaseWork[]): Promise<void>;
  readonly sites: SiteStore;
  readonly siteEditor: SiteEditor;
  /** The leased shards by which the monitors of one location share the sites. */
  siteShards(location: string): SiteShards;
  readonly results: ResultStore;
  readonly incidents: IncidentStore;
  readonly postMortems: PostMortemStore;
  readonly observation: ObservationReview;
  readonly expiry: ExpiryReview;
  readonly domains: DomainRegistrations;
  readonly pipeline: PipelineIncidents;
  readonly pipelineCounting: PipelineCounting;
  readonly deliveries: DeliveryStore;
  readonly deliveryHistory: DeliveryHistory;
  readonly silences: SilenceStore;
  readonly alertSettings: AlertSettingsStore;
  readonly maintenanceWindows: MaintenanceWindowStore;
  readonly accounts: Accounts;
  readonly statusPages: StatusPageStore;
  readonly subscribers: SubscriberStore;
  readonly statusPageRecords: StatusPageRecords;
  readonly history: ResultHistory;
  readonly uptime: UptimeHistory;
  readonly live: LiveChanges;
  readonly overview: SiteOverview;
  readonly records: SiteRecords;
  readonly rangeCounts: RangeCounts;
  readonly reportRecords: ReportRecords;
  readonly maintenance: ResultMaintenance;
  readonly idempotency: IdempotencyStore;
  /** The server's clock, the reference for all monitors. */
  readonly clock: ReferenceClock;
  readonly outbox: Outbox;
  outboxQueue(options: OutboxQueueOptions): OutboxQueue;

  // The database as the event log, for use without Kafka.
  /** Appends to the outbox, which is the event log. Acknowledged means durable. */
  readonly logPublisher: EventPublisher;
  readonly logReader: EventLogReader;
  /** Creates one consumer of `topics`. Its offsets are stored under `group`. */
  eventSource(options: EventSourceOptions): EventSource;
  logLag(options: {
    readonly topics: readonly string[];
    readonly group: string;
  }): Promise<readonly PartitionLag[]>;

  close(): Promise<void>;
}
