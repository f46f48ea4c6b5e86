/**
 * A notice as incoming webhooks of Slack, Mattermost and Rocket.Chat take it.
 * https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks
 * https://developers.mattermost.com/integrate/webhooks/incoming/
 * https://docs.rocket.chat/docs/integrations
 */
import type { SlackSettings } from "../../../contract/alerting/channels/chat-settings.ts";
import type { Notice } from "../../../core/alerting/notice.ts";
import type { ChannelRequest } from "../http-channel.ts";
import { jsonRequest } from "../json-request.ts";
import { escapedMarkdown } from "../markdown.ts";
import { shortenedLines, shortenedTitle } from "../shortened.ts";
import { withoutMentions } from "../without-mentions.ts";
import type { WordsOf } from "../words.ts";

/** Slack's limits: the text of a header block, of a section block, and of the message itself. */
const LONGEST_HEADER = 150;
const LONGEST_SECTION = 3000;
const LONGEST_TEXT = 4000;
/** Rocket.Chat takes 5000 characters unless its administrator says otherwise; Mattermost takes 16383. */
const LONGEST_COMPATIBLE = { mattermost: 16_383, rocketchat: 5000 } as const;

export function slackRequest(settings: SlackSettings, notice: Notice, wordsOf: WordsOf): ChannelRequest {
  const { title, lines } = wordsOf(notice);
  if (settings.type !== "slack") {
    const written = [`**${harmless(title)}**`, ...lines.map(harmless)];
    const text = shortenedLines(written, LONGEST_COMPATIBLE[settings.type]);
    return jsonRequest(settings.url, { text });
  }
  const escapedSize = (text: string) => escaped(text).length;
  // Slack cuts an empty text off with an error, and shows the title anyway.
  const body = lines.join("").trim() === "" ? [title] : lines;
  return jsonRequest(settings.url, {
    text: escaped(shortenedTitle(title, LONGEST_TEXT, escapedSize)),
    blocks: [
      {
        type: "header",
        text: { type: "plain_text", text: shortenedTitle(title, LONGEST_HEADER), emoji: false },
      },
      {
        type: "section",
        text: {
          type: "mrkdwn",
          text: linked(escaped(shortenedLines(body, LONGEST_SECTION - LINK_SIZE, escapedSize)), notice),
          // Slack makes no mentions or links of its own.
          verbatim: true,
        },
      },
    ],
  });
}

/** Slack's own three control characters. */
function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

const LINK_SIZE = 2;

/** A first line that is the site's address becomes a link. */
function linked(text: string, { incidents }: Notice): string {
  const [first = "", ...rest] = text.split("\n");
  const isAddress = incidents.length === 1 && /^https?:\/\/[^\s|…]+$/.test(first);
  return [isAddress ? `<${first}>` : first, ...rest].join("\n");
}

function harmless(line: string): string {
  return withoutMentions(escapedMarkdown(line));
}
