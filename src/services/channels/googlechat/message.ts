/**
 * A notice as Google Chat's webhooks take it; the messages of one incident are a thread.
 * https://developers.google.com/workspace/chat/quickstart/webhooks
 * https://developers.google.com/workspace/chat/format-messages
 */
import type { GoogleChatSettings } from "../../../contract/alerting/channels/chat-settings.ts";
import type { Notice } from "../../../core/alerting/wording/notice.ts";
import type { ChannelRequest } from "../http-channel.ts";
import { jsonRequest } from "../json-request.ts";
import { shortenedLines, shortenedTitle } from "../shortened.ts";
import { withoutAngleBrackets, withoutMentions } from "../without-mentions.ts";
import type { WordsOf } from "../words.ts";

const LONGEST_TEXT = 4096;
const LONGEST_TITLE = 500;

export function googleChatRequest(
  settings: GoogleChatSettings,
  notice: Notice,
  wordsOf: WordsOf,
): ChannelRequest {
  const { title, lines } = wordsOf(notice);
  const url = new URL(settings.url);
  url.searchParams.set("messageReplyOption", "REPLY_MESSAGE_FALLBACK_TO_NEW_THREAD");
  const written = [shortenedTitle(harmless(title), LONGEST_TITLE), ...lines.map(harmless)];
  return jsonRequest(url.href, {
    text: shortenedLines(written, LONGEST_TEXT),
    thread: { threadKey: notice.key },
  });
}

/** Google Chat has no escapes: a space without width keeps `*`, `_`, `~` and backticks from pairing up. */
function harmless(line: string): string {
  const plain = withoutMentions(withoutAngleBrackets(line));
  if (/^https?:\/\/\S+$/.test(plain)) return plain;
  return plain.replaceAll(/[*_~`]/g, "$&\u200b");
}
