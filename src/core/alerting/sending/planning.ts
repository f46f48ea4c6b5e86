/**
 * Turns incident steps into deliveries. The planner stores the deliveries of a step before it commits the step's offset.
 * Planning the same step again adds nothing, so a crash in between neither loses nor duplicates a delivery.
 */

import { type IncidentEvent, incidentEventSchema } from "../../../contract/alerting/incident-event.ts";
import { messageOf } from "../../../contract/errors.ts";
import type { Clock } from "../../clock.ts";
import type { EventBatch } from "../../events/ports.ts";
import type { Log } from "../../log.ts";
import { retryWhileUnavailable } from "../../running/retrying.ts";
import type { AlertingSettings, DeliveryStore } from "../ports.ts";
import { routesFor } from "../routing/routes.ts";
import { dueNow, openingDeliveries } from "./planned-deliveries.ts";

export interface PlanningOptions {
  /** Read for each step, so that changed settings apply to the next one. */
  readonly settings: () => AlertingSettings;
  readonly deliveries: DeliveryStore;
  readonly clock: Clock;
  readonly log: Log;
  /** Called after each planned step. */
  readonly onStep: (step: IncidentEvent) => void;
}

/** The planner ignores openings older than this, after a replay or a long consumer outage. */
const OLDEST_OPENING_MS = 3_600_000;

/** Creates the handler for batches of `sitewire.incidents`. It rejects with the signal's reason when it aborts. */
export function createPlanner(
  options: PlanningOptions,
): (batch: EventBatch, signal: AbortSignal) => Promise<void> {
  const { log } = options;
  return async ({ topic, partition, events }, signal) => {
    for (const event of events) {
      const step = readStep(event.value);
      if (typeof step === "string") {
        log.error(
          { topic, partition, offset: String(event.offset), reason: step },
          "unreadable incident step skipped",
        );
        continue;
      }
      const position = positionOf(event.header("ce_id"));
      if (
        step.step === "opened" &&
        routesFor(options.settings().routes, step, options.clock.now()).length === 0
      ) {
        log.info(
          { incidentId: step.incidentId, site: step.siteName ?? step.siteId },
          "incident taken by no route",
        );
      }
      const plan = () => planStep(step, position, options);
      await retryWhileUnavailable(plan, { what: "deliveries", log, signal });
      options.onStep(step);
    }
  };
}

/** Plans the deliveries of a step. Planning it again adds nothing. Throws `UnavailableError`. */
export async function planStep(
  step: IncidentEvent,
  position: number,
  options: Pick<PlanningOptions, "settings" | "deliveries" | "clock">,
): Promise<void> {
  const { deliveries, clock, settings } = options;
  const { routes, channels } = settings();
  const { incidentId } = step;
  const nowMs = clock.now();
  switch (step.step) {
    case "opened":
      if (nowMs - Date.parse(step.at) > OLDEST_OPENING_MS) return;
      await deliveries.plan(
        incidentId,
        position,
        openingDeliveries(routesFor(routes, step, nowMs), step, nowMs),
      );
      return;
    case "worsened": {
      if (nowMs - Date.parse(step.at) > OLDEST_OPENING_MS) return;
      const notified = await deliveries.notifiedChannels(incidentId);
      const opening = openingDeliveries(routesFor(routes, step, nowMs), step, nowMs);
      const others = opening.filter(({ channel }) => !notified.includes(channel));
      await deliveries.plan(incidentId, position, [
        ...notified.map((channel) => dueNow(channel, "worsened", nowMs)),
        ...others,
      ]);
      return;
    }
    case "acknowledged": {
      await deliveries.cancelWaiting(incidentId, `acknowledged by ${step.by ?? "somebody"}`);
      const notified = await deliveries.notifiedChannels(incidentId);
      const keeping = notified.filter((channel) => channels.get(channel)?.keepsAlerts === true);
      await deliveries.plan(
        incidentId,
        position,
        keeping.map((channel) => dueNow(channel, "acknowledged", nowMs)),
      );
      return;
    }
    case "resolved": {
      // A channel whose message is being sent counts as notified: an extra recovery message is better than none.
      await deliveries.cancelWaiting(incidentId, "resolved before it was sent");
      const notified = await deliveries.notifiedChannels(incidentId);
      await deliveries.plan(
        incidentId,
        position,
        notified.map((channel) => dueNow(channel, "resolved", nowMs)),
      );
      return;
    }
    case "noted":
      return;
    default:
      step.step satisfies never;
  }
}

/** Returns the step, or the reason why it cannot be read. */
function readStep(value: Uint8Array | null): IncidentEvent | string {
  if (value === null) return "it has no value";
  try {
    const parsed = incidentEventSchema.safeParse(
      JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(value)),
    );
    return parsed.success
      ? parsed.data
      : parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; ");
  } catch (error) {
    return messageOf(error);
  }
}

/** `ce_id` is `incidentId/position`. A step without a readable position is treated as the first. */
function positionOf(id: string | undefined): number {
  const position = Number(id?.split("/")[1] ?? 1);
  return Number.isSafeInteger(position) ? position : 1;
}
