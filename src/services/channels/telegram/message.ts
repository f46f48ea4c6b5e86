/** A notice as Telegram's bots send it: plain text, its title in bold. https://core.telegram.org/bots/api#sendmessage */
import type { TelegramSettings } from "../../../contract/alerting/channels/chat-settings.ts";
import { type Notice, urgencyOf } from "../../../core/alerting/wording/notice.ts";
import type { ChannelRequest } from "../http-channel.ts";
import { below, jsonRequest } from "../json-request.ts";
import { shortenedLines, shortenedTitle } from "../shortened.ts";
import { withoutMentions } from "../without-mentions.ts";
import type { WordsOf } from "../words.ts";

const LONGEST_TEXT = 4096;
const LONGEST_TITLE = 500;

export function telegramRequest(
  { url, token, chat, topic }: TelegramSettings,
  notice: Notice,
  wordsOf: WordsOf,
): ChannelRequest {
  const words = wordsOf(notice);
  const title = shortenedTitle(withoutMentions(words.title), LONGEST_TITLE);
  const text = shortenedLines([title, ...words.lines.map(withoutMentions)], LONGEST_TEXT);
  return jsonRequest(below(url, `bot${token}/sendMessage`), {
    chat_id: chat,
    ...(topic === undefined ? {} : { message_thread_id: topic }),
    text,
    // Telegram counts in UTF-16 code units, as JavaScript does.
    entities: [{ type: "bold", offset: 0, length: title.length }],
    link_preview_options: { is_disabled: true },
    disable_notification: urgencyOf(notice) === "resolved",
  });
}
