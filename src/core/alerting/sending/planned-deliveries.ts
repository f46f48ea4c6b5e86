/** The deliveries that the routes of an incident plan for its steps. */
import type { Grouping } from "../../../contract/alerting/alert-settings.ts";
import type { IncidentEvent } from "../../../contract/alerting/incident-event.ts";
import type { PlannedDelivery } from "../ports.ts";
import type { Route } from "../routing/routes.ts";
import { targetsOf } from "../routing/targets.ts";
import type { NoticeKind } from "../wording/notice.ts";

/** At most one delivery per target and kind: when several routes name a target, the first one applies. */
export function openingDeliveries(
  routes: readonly Route[],
  step: IncidentEvent,
  nowMs: number,
): readonly PlannedDelivery[] {
  const first = new Map<string, PlannedDelivery>();
  for (const delivery of routes.flatMap((route) => deliveriesOf(route, step, nowMs))) {
    const key = `${delivery.kind} ${delivery.channel}`;
    if (!first.has(key)) first.set(key, delivery);
  }
  return [...first.values()];
}

/** A target that fails is followed by the next ones of the route, and then by those of its escalation. */
function deliveriesOf(route: Route, step: IncidentEvent, nowMs: number): readonly PlannedDelivery[] {
  const { waitMs, repeatEveryMs, escalate } = route;
  const groupKey = groupKeyOf(route, step);
  const later = escalate.flatMap(targetsOf);
  const told = (targets: readonly string[], kind: NoticeKind, dueMs: number): readonly PlannedDelivery[] =>
    targets.map((target, index) => {
      const next = [...targets.slice(index + 1), ...later].filter((other) => other !== target);
      return { channel: target, kind, dueMs, fallbacks: [...new Set(next)], repeatEveryMs, groupKey };
    });
  return [
    ...told(targetsOf(route), "opened", nowMs + waitMs),
    ...escalate.flatMap((next) => told(targetsOf(next), "escalated", nowMs + next.afterMs)),
  ];
}

/** A step that concerns only those who were told before. */
export function dueNow(
  channel: string,
  kind: "worsened" | "acknowledged" | "resolved",
  nowMs: number,
): PlannedDelivery {
  return { channel, kind, dueMs: nowMs, fallbacks: [], repeatEveryMs: null, groupKey: "" };
}

/** Incidents of different routes never share a message: their waits differ. */
function groupKeyOf({ path, groupBy }: Route, step: IncidentEvent): string {
  return JSON.stringify([path, ...groupBy.map((grouping) => commonValue(grouping, step))]);
}

function commonValue(grouping: Grouping, step: IncidentEvent): string {
  const { siteId, url, tags, severity, kind, cause } = step;
  switch (grouping) {
    case "site":
      return siteId;
    case "host":
      return URL.parse(url)?.host ?? url;
    case "tags":
      return tags.toSorted().join(",");
    case "severity":
      return severity;
    case "kind":
      return kind;
    case "cause":
      return cause?.code ?? "";
    default:
      return grouping satisfies never;
  }
}
