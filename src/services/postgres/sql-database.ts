/** A `Database` over SQL, wherever its connections lead. */

import type { Event } from "../../contract/events/event.ts";
import { topicsOf } from "../../contract/events/topics.ts";
import type { Database } from "../../core/database.ts";
import type { Log } from "../../core/log.ts";
import type { Outbox } from "../../core/relaying/ports.ts";
import { createAccounts } from "./accounts/accounts.ts";
import { SqlAlertSettingsStore } from "./alerting/alert-settings-store.ts";
import { SqlDeliveryHistory } from "./alerting/delivery-history.ts";
import { SqlDeliveryStore } from "./alerting/delivery-store.ts";
import { SqlMaintenanceWindowStore } from "./alerting/maintenance-window-store.ts";
import { SqlPipelineIncidents } from "./alerting/pipeline-incidents.ts";
import { SqlSilenceStore } from "./alerting/silence-store.ts";
import type { Sql, SqlService } from "./connecting/sql.ts";
import { SqlDomainRegistrations } from "./incidents/domain-registration-store.ts";
import { SqlExpiryReview } from "./incidents/expiry-review.ts";
import { SqlIncidentStore } from "./incidents/incident-store.ts";
import { SqlObservationReview } from "./incidents/observation-review.ts";
import { SqlPostMortemStore } from "./incidents/post-mortem-store.ts";
import { recordIncidents } from "./incidents/record-incidents.ts";
import { SqlLiveChanges } from "./live/live-changes.ts";
import { migrate, pendingMigrations } from "./migrations.ts";
import { appendEvents, refusalOf } from "./outbox/append-events.ts";
import { readLogLag, SqlLogPublisher, SqlLogReader } from "./outbox/event-log.ts";
import { SqlEventSource } from "./outbox/event-source.ts";
import { SqlOutboxQueue } from "./outbox/outbox-queue.ts";
import { outboxTable } from "./outbox/outbox-table.ts";
import { SqlPipelineCounting } from "./overview/pipeline-counting.ts";
import { SqlSiteOverview } from "./overview/site-overview.ts";
import { SqlRangeCounts } from "./reports/range-counts.ts";
import { SqlReportRecords } from "./reports/report-records.ts";
import { SqlResultHistory } from "./reports/result-history.ts";
import { SqlSiteRecords } from "./reports/site-records.ts";
import { SqlUptimeHistory } from "./reports/uptime-history.ts";
import { SqlIdempotencyStore } from "./requests/idempotency-store.ts";
import { SqlResultMaintenance } from "./results/result-maintenance.ts";
import { SqlResultStore } from "./results/result-store.ts";
import { serverClock } from "./server-clock.ts";
import { SqlSiteEditor } from "./sites/site-editor.ts";
import { SqlSiteShards } from "./sites/site-shards.ts";
import { SqlSiteStore } from "./sites/site-store.ts";
import { SqlStatusPageRecords } from "./status-pages/page-records.ts";
import { SqlStatusPageStore } from "./status-pages/status-page-store.ts";
import { SqlSubscriberStore } from "./status-pages/subscriber-store.ts";
import { tryWriting } from "./write-access.ts";

export interface SqlDatabaseOptions {
  readonly service: SqlService;
  readonly schema: string;
  /** Begins the names of Sitewire's topics. */
  readonly topicPrefix: string;
  readonly log: Log;
  /** As `Database.leaseMs`. */
  readonly leaseMs: number;
  /** What closing means beyond closing the connections. */
  readonly onClosed: () => Promise<void>;
}

export function createSqlDatabase({
  service,
  schema,
  topicPrefix,
  leaseMs,
  log,
  onClosed,
}: SqlDatabaseOptions): Database {
  const ownOutbox = outboxTable(undefined, schema);
  const { incidents: incidentsTopic } = topicsOf(topicPrefix);
  const outbox: Outbox = {
    async append(events) {
      const refused = events.map(refusalOf).find((refusal) => refusal !== null);
      if (refused !== undefined) throw refused;
      await appendEvents(service, ownOutbox, events);
    },
  };
  const appendIn = (sql: Sql, events: readonly Event[]): Promise<void> =>
    appendEvents(sql, ownOutbox, events);
  const sites = new SqlSiteStore(service, schema, log);
  return {
    leaseMs,
    migrate: () => migrate({ service, schema, log }),
    pendingMigrations: () => pendingMigrations(service, schema),
    tryWriting: (works) => tryWriting(service, works),
    sites,
    siteEditor: new SqlSiteEditor(service),
    siteShards: (location) => new SqlSiteShards(service, sites, location),
    results: new SqlResultStore(service, async (sql, fresh, unobserved) => {
      await appendIn(sql, await recordIncidents(sql, { fresh, unobserved }, incidentsTopic));
    }),
    observation: new SqlObservationReview(service, incidentsTopic, appendIn),
    domains: new SqlDomainRegistrations(service),
    expiry: new SqlExpiryReview({ service, topic: incidentsTopic, append: appendIn }),
    deliveries: new SqlDeliveryStore(service),
    pipeline: new SqlPipelineIncidents({
      service,
      topic: incidentsTopic,
      append: appendIn,
      queue: new SqlOutboxQueue(service, ownOutbox, "wait"),
    }),
    pipelineCounting: new SqlPipelineCounting({
      service,
      schema,
      outbox: { name: ownOutbox.quoted, scope: ownOutbox.scope },
    }),
    deliveryHistory: new SqlDeliveryHistory(service),
    postMortems: new SqlPostMortemStore(service),
    alertSettings: new SqlAlertSettingsStore(service),
    silences: new SqlSilenceStore(service),
    maintenanceWindows: new SqlMaintenanceWindowStore(service, log),
    incidents: new SqlIncidentStore({ service, topic: incidentsTopic, append: appendIn }),
    accounts: createAccounts(service, schema, log),
    statusPages: new SqlStatusPageStore(service, schema, log),
    subscribers: new SqlSubscriberStore(service, schema),
    statusPageRecords: new SqlStatusPageRecords(service),
    history: new SqlResultHistory(service),
    uptime: new SqlUptimeHistory(service),
    live: new SqlLiveChanges(service, schema),
    overview: new SqlSiteOverview(service),
    records: new SqlSiteRecords(service),
    rangeCounts: new SqlRangeCounts(service),
    reportRecords: new SqlReportRecords(service),
    maintenance: new SqlResultMaintenance(service),
    idempotency: new SqlIdempotencyStore(service),
    clock: serverClock(service),
    outbox,
    outboxQueue: ({ table, afterParked }) =>
      new SqlOutboxQueue(service, outboxTable(table, schema), afterParked),
    logPublisher: new SqlLogPublisher(service, ownOutbox),
    logReader: new SqlLogReader(service, ownOutbox),
    eventSource: (given) => new SqlEventSource({ ...given, leaseMs, service, table: ownOutbox, log }),
    logLag: ({ topics }) => readLogLag(service, ownOutbox, topics),
    async close() {
      await service.close();
      await onClosed();
    },
  };
}
