/** A notice as a push notification by Pushover. https://pushover.net/api */
import type { PushoverSettings } from "../../../contract/alerting/channels/direct-settings.ts";
import { linkOf, type Notice, urgencyOf } from "../../../core/alerting/wording/notice.ts";
import { formRequest } from "../form-request.ts";
import type { ChannelRequest } from "../http-channel.ts";
import { below } from "../json-request.ts";
import { type SizeOf, shortenedLines, shortenedTitle } from "../shortened.ts";
import type { WordsOf } from "../words.ts";

const LONGEST_TITLE = 250;
const LONGEST_MESSAGE = 1024;
const LONGEST_URL = 512;
/** Above the receiver's quiet hours, as usual, without a sound. */
const PRIORITIES = { down: "1", degraded: "0", resolved: "-1", test: "0" } as const;

export function pushoverRequest(
  { url, token, userKey, device }: PushoverSettings,
  notice: Notice,
  wordsOf: WordsOf,
): ChannelRequest {
  const { title, lines } = wordsOf(notice);
  const link = linkOf(notice);
  return formRequest(below(url, "1/messages.json"), {
    token,
    user: userKey,
    ...(device === undefined ? {} : { device }),
    title: shortenedTitle(title, LONGEST_TITLE, characters),
    message: shortenedLines(lines, LONGEST_MESSAGE, characters),
    priority: PRIORITIES[urgencyOf(notice)],
    ...(link === null || link.url.length > LONGEST_URL ? {} : { url: link.url, url_title: link.label }),
  });
}

/** Pushover counts characters of four bytes as one. */
const characters: SizeOf = (text) => [...text].length;
