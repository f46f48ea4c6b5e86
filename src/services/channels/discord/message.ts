/** A notice as Discord's webhooks take it. https://docs.discord.com/developers/resources/webhook#execute-webhook */
import type { DiscordSettings } from "../../../contract/alerting/channels/chat-settings.ts";
import { linkOf, type Notice, urgencyOf } from "../../../core/alerting/wording/notice.ts";
import type { ChannelRequest } from "../http-channel.ts";
import { jsonRequest } from "../json-request.ts";
import { escapedMarkdown } from "../markdown.ts";
import { shortenedLines, shortenedTitle } from "../shortened.ts";
import { withoutMentions } from "../without-mentions.ts";
import type { WordsOf } from "../words.ts";

/** https://docs.discord.com/developers/resources/message#embed-object-embed-limits */
const LONGEST_TITLE = 256;
const LONGEST_DESCRIPTION = 4096;
const LONGEST_URL = 2048;
const COLOURS = { down: 0xd92d20, degraded: 0xf79009, resolved: 0x12b76a, test: 0x667085 };

export function discordRequest(settings: DiscordSettings, notice: Notice, wordsOf: WordsOf): ChannelRequest {
  const { title, lines } = wordsOf(notice);
  const url = linkOf(notice)?.url ?? null;
  return jsonRequest(settings.url, {
    embeds: [
      {
        title: shortenedTitle(harmless(title), LONGEST_TITLE),
        description: shortenedLines(lines.map(harmless), LONGEST_DESCRIPTION),
        color: COLOURS[urgencyOf(notice)],
        ...(url === null || url.length > LONGEST_URL ? {} : { url }),
      },
    ],
    // Nobody is called by what a site says.
    allowed_mentions: { parse: [] },
  });
}

function harmless(line: string): string {
  return withoutMentions(escapedMarkdown(line));
}
