/**
 * A notice as an Adaptive Card for a workflow of Microsoft Teams.
 * https://learn.microsoft.com/en-us/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using
 * https://adaptivecards.io/explorer/RichTextBlock.html
 */
import type { TeamsSettings } from "../../../contract/alerting/channels/chat-settings.ts";
import { linkOf, type Notice, urgencyOf } from "../../../core/alerting/wording/notice.ts";
import type { ChannelRequest } from "../http-channel.ts";
import { jsonRequest } from "../json-request.ts";
import { type SizeOf, shortenedLines, shortenedTitle } from "../shortened.ts";
import type { WordsOf } from "../words.ts";

/** A message has at most 28 KB, which Teams counts with two bytes a character; the card around the text takes 1 KB. */
const LONGEST_TITLE_BYTES = 1000;
const LONGEST_TEXT_BYTES = 16_000;
const LONGEST_URL = 2000;
const COLOURS = { down: "attention", degraded: "warning", resolved: "good", test: "default" } as const;

export function teamsRequest(settings: TeamsSettings, notice: Notice, wordsOf: WordsOf): ChannelRequest {
  const { title, lines } = wordsOf(notice);
  const link = linkOf(notice);
  const text = shortenedLines(lines, LONGEST_TEXT_BYTES, jsonBytes);
  const card = {
    $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
    type: "AdaptiveCard",
    version: "1.2",
    msteams: { width: "Full" },
    // Rich text blocks show text as it is: a TextBlock would read it as Markdown.
    body: [
      richText(shortenedTitle(title, LONGEST_TITLE_BYTES, jsonBytes), {
        weight: "bolder",
        size: "medium",
        color: COLOURS[urgencyOf(notice)],
      }),
      ...text.split("\n").map((line) => richText(line, {})),
    ],
    ...(link === null || link.url.length > LONGEST_URL
      ? {}
      : { actions: [{ type: "Action.OpenUrl", title: link.label, url: link.url }] }),
  };
  return jsonRequest(settings.url, {
    type: "message",
    attachments: [
      { contentType: "application/vnd.microsoft.card.adaptive", contentUrl: null, content: card },
    ],
  });
}

function richText(text: string, style: Readonly<Record<string, string>>): object {
  return { type: "RichTextBlock", inlines: [{ type: "TextRun", text, ...style }] };
}

/** What a text takes as JSON, in UTF-16 or UTF-8, with the block around each of its lines. */
const jsonBytes: SizeOf = (text) => {
  const json = text
    .split("\n")
    .map((line) => JSON.stringify(richText(line, {})))
    .join();
  return Math.max(json.length * 2, Buffer.byteLength(json));
};
