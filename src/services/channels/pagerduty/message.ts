/**
 * Incidents as events for PagerDuty: its incident begins, is acknowledged and ends with ours.
 * https://developer.pagerduty.com/docs/events-api-v2-overview
 */
import type { PagerDutySettings } from "../../../contract/alerting/channels/paging-settings.ts";
import { linkOf, type Notice, siteUrlOf, urgencyOf } from "../../../core/alerting/wording/notice.ts";
import type { ChannelRequest } from "../http-channel.ts";
import { below, jsonRequest } from "../json-request.ts";
import { shortened, shortenedLines, shortenedTitle } from "../shortened.ts";
import { singleNotices, type WordsOf } from "../words.ts";

const LONGEST_SUMMARY = 1024;
const LONGEST_TEXT = 8000;
const LONGEST_SOURCE = 255;
const SEVERITIES = { down: "critical", degraded: "warning", resolved: "info", test: "info" } as const;

/** One event an incident; a test opens an incident of the least severity, and resolves it. */
export function pagerDutyRequests(
  settings: PagerDutySettings,
  notice: Notice,
  wordsOf: WordsOf,
): readonly ChannelRequest[] {
  if (notice.kind === "test") {
    const trigger = eventRequest(settings, notice, "trigger", wordsOf);
    return [{ ...trigger, next: eventRequest(settings, notice, "resolve", wordsOf) }];
  }
  return singleNotices(notice).map((single) => eventRequest(settings, single, actionOf(single), wordsOf));
}

type Action = "trigger" | "acknowledge" | "resolve";

function actionOf({ kind, incidents }: Notice): Action {
  if (kind === "resolved") return "resolve";
  // A trigger would call somebody anew, who knows already.
  return incidents[0]?.state === "acknowledged" && kind !== "worsened" ? "acknowledge" : "trigger";
}

function eventRequest(
  settings: PagerDutySettings,
  notice: Notice,
  action: Action,
  wordsOf: WordsOf,
): ChannelRequest {
  const event = {
    routing_key: settings.routingKey,
    event_action: action,
    dedup_key: `sitewire-${notice.key}`,
  };
  const url = below(settings.url, "v2/enqueue");
  if (action !== "trigger") return jsonRequest(url, event);
  const { title, lines } = wordsOf(notice);
  const [incident] = notice.incidents;
  const site = siteUrlOf(notice);
  const link = linkOf(notice);
  return jsonRequest(url, {
    ...event,
    client: "Sitewire",
    payload: {
      summary: shortenedTitle(title, LONGEST_SUMMARY),
      source: shortened(site ?? incident?.siteName ?? "sitewire", LONGEST_SOURCE),
      severity: SEVERITIES[urgencyOf(notice)],
      ...(incident === undefined ? {} : { timestamp: new Date(incident.sinceMs).toISOString() }),
      ...(incident?.cause == null ? {} : { class: incident.cause.code }),
      custom_details: { text: shortenedLines(lines, LONGEST_TEXT), tags: incident?.tags ?? [] },
    },
    ...(link === null ? {} : { links: [{ href: link.url, text: link.label }] }),
  });
}
