/**
 * A notice as Mattermost and Rocket.Chat take it: Slack's incoming webhooks with Markdown.
 * https://developers.mattermost.com/integrate/webhooks/incoming/
 * https://docs.rocket.chat/docs/integrations
 */
import type { SlackCompatibleSettings } from "../../../contract/alerting/channels/chat-settings.ts";
import type { Notice } from "../../../core/alerting/wording/notice.ts";
import type { ChannelRequest } from "../http-channel.ts";
import { jsonRequest } from "../json-request.ts";
import { escapedMarkdown } from "../markdown.ts";
import { shortenedLines } from "../shortened.ts";
import { withoutMentions } from "../without-mentions.ts";
import type { WordsOf } from "../words.ts";

/** Rocket.Chat takes 5000 characters unless its administrator says otherwise; Mattermost takes 16383. */
const LONGEST_TEXT = { mattermost: 16_383, rocketchat: 5000 } as const;

export function slackCompatibleRequest(
  { type, url }: SlackCompatibleSettings,
  notice: Notice,
  wordsOf: WordsOf,
): ChannelRequest {
  const { title, lines } = wordsOf(notice);
  const written = [`**${harmless(title)}**`, ...lines.map(harmless)];
  return jsonRequest(url, { text: shortenedLines(written, LONGEST_TEXT[type]) });
}

function harmless(line: string): string {
  return withoutMentions(escapedMarkdown(line));
}
