/** A notice as a push notification by ntfy. https://docs.ntfy.sh/publish/#publish-as-json */
import type { NtfySettings } from "../../../contract/alerting/channels/direct-settings.ts";
import { linkOf, type Notice, urgencyOf } from "../../../core/alerting/wording/notice.ts";
import type { ChannelRequest } from "../http-channel.ts";
import { jsonRequest } from "../json-request.ts";
import { shortenedLines, shortenedTitle, utf8Bytes } from "../shortened.ts";
import type { WordsOf } from "../words.ts";

/** A longer message becomes an attachment, which nobody reads at night. */
const LONGEST_MESSAGE_BYTES = 4096;
const LONGEST_TITLE_BYTES = 250;
const PRIORITIES = { down: 5, degraded: 4, resolved: 3, test: 3 } as const;
const EMOJI_TAGS = {
  down: "rotating_light",
  degraded: "warning",
  resolved: "white_check_mark",
  test: "wave",
} as const;

export function ntfyRequest(
  { url, topic, token }: NtfySettings,
  notice: Notice,
  wordsOf: WordsOf,
): ChannelRequest {
  const { title, lines } = wordsOf(notice);
  const urgency = urgencyOf(notice);
  const click = linkOf(notice)?.url ?? null;
  return jsonRequest(
    url,
    {
      topic,
      title: shortenedTitle(title, LONGEST_TITLE_BYTES, utf8Bytes),
      message: shortenedLines(lines, LONGEST_MESSAGE_BYTES, utf8Bytes),
      priority: PRIORITIES[urgency],
      tags: [EMOJI_TAGS[urgency]],
      ...(click === null ? {} : { click }),
    },
    token === undefined ? {} : { authorization: `Bearer ${token}` },
  );
}
