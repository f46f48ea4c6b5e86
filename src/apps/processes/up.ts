/** Runs all parts in one process, with the configured database and event log. */

import type { IncidentEvent } from "../../contract/alerting/incident-event.ts";
import type { CheckResult } from "../../contract/checks/check-result.ts";
import { UsageError } from "../../contract/errors.ts";
import { runTogether, type Task } from "../../core/running/run-together.ts";
import type { SiteArguments } from "../../core/sites/site-arguments.ts";
import { alertingOf } from "../wiring/alerting/alerting.ts";
import { followAlerting } from "../wiring/alerting/current-alerting.ts";
import { type ChosenDatabase, mayHoldSites } from "../wiring/databases.ts";
import { configuredKafka, openEventLog } from "../wiring/event-log/event-log.ts";
import { consumerHealth, outboxHealth } from "../wiring/health.ts";
import { type Invocation, startApp } from "../wiring/invocation.ts";
import { withOwnDatabase } from "../wiring/opening.ts";
import type { ServerFace } from "../wiring/server-resources.ts";
import { namedSites } from "../wiring/sites/watched-sites.ts";
import { recordFromDatabase, recordFromKafka } from "./consumer.ts";
import { monitorSites } from "./monitor.ts";
import { notify } from "./notifier.ts";
import { relayOutboxes } from "./relay.ts";
import { logSetUpLink, serveFace } from "./server.ts";

export interface UpOptions {
  readonly sites: SiteArguments;
  /** Called once with a description of the database and the event log; they are logged when it is omitted. */
  readonly onStarted?: ((description: string) => void) | undefined;
  /** Called with results once they are durable. */
  readonly onStored: (results: readonly CheckResult[]) => void;
  /** Called with each incident step. */
  readonly onIncident: (step: IncidentEvent) => void;
  /** What serves the dashboard; null leaves it out. */
  readonly face: ServerFace | null;
  /** Called once with the dashboard's address; it is logged when this is omitted. */
  readonly onServed?: ((url: string) => void) | undefined;
  /** Called with the link that makes the first administrator; it is logged when this is omitted. */
  readonly onSetUpLink?: ((url: string) => void) | undefined;
}

const HOW_TO_NAME_A_SITE = [
  "no site to check. Name one: sitewire up https://example.org/",
  "or list sites in sitewire.yaml, set AV_BASE_URL, or run: sitewire migrate; sitewire sites add https://example.org/",
].join("\n");

/** Runs until the signal aborts, then drains. Throws `UsageError` when there is no site to check and no dashboard. */
export async function runUp(invocation: Invocation, options: UpOptions): Promise<void> {
  const context = startApp("up", invocation);
  const named = namedSites(context, options.sites);
  const alerting = await alertingOf(context);
  const kafka = configuredKafka(context);
  const { face } = options;
  const needsSites = face === null && named.sites.length === 0;
  if (needsSites && !mayHoldSites(context)) throw new UsageError(HOW_TO_NAME_A_SITE);
  await withOwnDatabase(
    {
      context,
      tables: "create",
      onOpened: () => {},
      health: async ({ database }) => [
        outboxHealth(database, context, ["append", "publish", "record", "deliver"]),
        consumerHealth(await openEventLog(context, database)),
      ],
    },
    async (opened, counter) => {
      const { database } = opened;
      if (needsSites) await refuseNoSites(opened);
      const eventLog = await openEventLog(context, database);
      const used = `${opened.description}; ${eventLog.description}`;
      if (options.onStarted === undefined) context.log.info({ uses: used }, "sitewire started");
      else options.onStarted(used);
      const current = followAlerting(context, database, alerting);
      const sendAlerts: Task = (signal) =>
        notify({ context, database, kafka, alerting: current, onStep: options.onIncident }, signal);
      const onServed = options.onServed ?? ((url) => context.log.info({ url }, "dashboard served"));
      const onSetUpLink = options.onSetUpLink ?? logSetUpLink(context.log);
      const serve: readonly Task[] =
        face === null
          ? []
          : [
              (signal) =>
                serveFace(
                  { context, opened, counter, otherPorts: true, onServed, onSetUpLink },
                  face,
                  signal,
                ),
            ];
      await runTogether(
        [
          (signal) => monitorSites({ context, database, counter, named, onStored: options.onStored }, signal),
          ...serve,
        ],
        kafka === null
          ? [(signal) => recordFromDatabase({ context, database, counter }, signal), sendAlerts]
          : [
              (signal) => relayOutboxes({ context, database, counter, kafka, tables: [] }, signal),
              (signal) => recordFromKafka({ context, database, counter, kafka }, signal),
              sendAlerts,
            ],
        invocation.signal,
      );
    },
  );
  context.log.info({}, "sitewire stopped");
}

async function refuseNoSites({ database }: ChosenDatabase): Promise<void> {
  const stored = await database.sites.list();
  if (!stored.some((site) => site.enabled)) throw new UsageError(HOW_TO_NAME_A_SITE);
}
