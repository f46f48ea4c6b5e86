/** Incidents as alerts of Opsgenie, found again by their alias. https://docs.opsgenie.com/docs/alert-api */
import type { OpsgenieSettings } from "../../../contract/alerting/channels/paging-settings.ts";
import { type Notice, siteUrlOf, urgencyOf } from "../../../core/alerting/wording/notice.ts";
import type { ChannelRequest } from "../http-channel.ts";
import { below, jsonRequest } from "../json-request.ts";
import { shortened, shortenedLines, shortenedTitle } from "../shortened.ts";
import { singleNotices, type WordsOf } from "../words.ts";

const LONGEST_MESSAGE = 130;
const LONGEST_DESCRIPTION = 15_000;
const LONGEST_ENTITY = 512;
const MOST_TAGS = 20;
const LONGEST_TAG = 50;
const LONGEST_USER = 100;
const PRIORITIES = { down: "P1", degraded: "P3", resolved: "P5", test: "P5" } as const;

/** One alert an incident; a test opens an alert of the least priority, and closes it. */
export function opsgenieRequests(
  settings: OpsgenieSettings,
  notice: Notice,
  wordsOf: WordsOf,
): readonly ChannelRequest[] {
  if (notice.kind === "test") {
    const create = createRequest(settings, notice, wordsOf);
    return [{ ...create, next: actionRequest(settings, notice, "close") }];
  }
  return singleNotices(notice).map((single) => {
    if (single.kind === "resolved") return actionRequest(settings, single, "close");
    const create = createRequest(settings, single, wordsOf);
    // Opsgenie counts an alert with a known alias, and leaves its priority as it was.
    if (single.kind === "worsened") return { ...create, next: priorityRequest(settings, single) };
    const isAcknowledged = single.incidents[0]?.state === "acknowledged";
    return isAcknowledged ? actionRequest(settings, single, "acknowledge") : create;
  });
}

function createRequest(settings: OpsgenieSettings, notice: Notice, wordsOf: WordsOf): ChannelRequest {
  const { title, lines } = wordsOf(notice);
  const [incident] = notice.incidents;
  return request(settings, "v2/alerts", {
    message: shortenedTitle(title, LONGEST_MESSAGE),
    alias: aliasOf(notice),
    description: shortenedLines([title, ...lines], LONGEST_DESCRIPTION),
    priority: PRIORITIES[urgencyOf(notice)],
    source: "Sitewire",
    entity: shortened(siteUrlOf(notice) ?? incident?.siteName ?? "sitewire", LONGEST_ENTITY),
    tags: (incident?.tags ?? []).slice(0, MOST_TAGS).map((tag) => shortened(tag, LONGEST_TAG)),
  });
}

function priorityRequest(settings: OpsgenieSettings, notice: Notice): ChannelRequest {
  const path = `v2/alerts/${aliasOf(notice)}/priority?identifierType=alias`;
  return { ...request(settings, path, { priority: PRIORITIES[urgencyOf(notice)] }), method: "PUT" };
}

function actionRequest(
  settings: OpsgenieSettings,
  notice: Notice,
  action: "close" | "acknowledge",
): ChannelRequest {
  const path = `v2/alerts/${aliasOf(notice)}/${action}?identifierType=alias`;
  const by = notice.incidents[0]?.acknowledgedBy ?? null;
  const user = by === null ? {} : { user: shortened(by, LONGEST_USER) };
  return request(settings, path, { source: "Sitewire", ...user });
}

function request({ url, apiKey }: OpsgenieSettings, path: string, payload: object): ChannelRequest {
  return jsonRequest(below(url, path), payload, { authorization: `GenieKey ${apiKey}` });
}

function aliasOf({ key }: Notice): string {
  return `sitewire-${key}`;
}
