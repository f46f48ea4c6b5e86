/** A notice as the Apprise API takes it. https://github.com/caronc/apprise-api#api-details */
import type { AppriseSettings } from "../../../contract/alerting/channels/direct-settings.ts";
import { type Notice, urgencyOf } from "../../../core/alerting/wording/notice.ts";
import type { ChannelRequest } from "../http-channel.ts";
import { below, jsonRequest } from "../json-request.ts";
import { shortenedLines, shortenedTitle } from "../shortened.ts";
import { withoutMentions } from "../without-mentions.ts";
import type { WordsOf } from "../words.ts";

/** Apprise cuts further to what each service behind it takes. */
const LONGEST_TITLE = 250;
const LONGEST_BODY = 32_000;
const TYPES = { down: "failure", degraded: "warning", resolved: "success", test: "info" } as const;

export function appriseRequest(
  { url, key, urls, tag }: AppriseSettings,
  notice: Notice,
  wordsOf: WordsOf,
): ChannelRequest {
  const { title, lines } = wordsOf(notice);
  const path = key === undefined ? "notify/" : `notify/${encodeURIComponent(key)}`;
  const request = jsonRequest(below(url, path), {
    ...(urls === undefined ? {} : { urls }),
    ...(tag === undefined ? {} : { tag }),
    title: withoutMentions(shortenedTitle(title, LONGEST_TITLE)),
    body: withoutMentions(shortenedLines(lines, LONGEST_BODY)),
    type: TYPES[urgencyOf(notice)],
    format: "text",
  });
  return { ...request, refusals: { 204: "it has no configuration with this key" } };
}
