/**
 * A notice as blocks of Slack. A bot posts them with `chat.postMessage` and answers in the thread of the incident's first
 * message; an incoming webhook learns of no thread.
 * https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks
 * https://docs.slack.dev/reference/methods/chat.postMessage
 */
import type { SlackSettings } from "../../../contract/alerting/channels/chat-settings.ts";
import type { Notice } from "../../../core/alerting/wording/notice.ts";
import type { ChannelRequest } from "../http-channel.ts";
import { below, jsonRequest } from "../json-request.ts";
import { shortenedLines, shortenedTitle } from "../shortened.ts";
import type { WordsOf } from "../words.ts";
import { slackAnswer } from "./answer.ts";

/** Slack's limits: the text of a header block, of a section block, and of the message itself. */
const LONGEST_HEADER = 150;
const LONGEST_SECTION = 3000;
const LONGEST_TEXT = 4000;

export function slackRequest(settings: SlackSettings, notice: Notice, wordsOf: WordsOf): ChannelRequest {
  const { url, token, channel, apiUrl } = settings;
  const message = messageOf(notice, wordsOf);
  if (url !== undefined) return jsonRequest(url, message);
  const { kind, thread } = notice;
  const reply =
    thread === null ? {} : { thread_ts: thread, reply_broadcast: kind === "worsened" || kind === "resolved" };
  const request = jsonRequest(
    below(apiUrl, "api/chat.postMessage"),
    { channel, ...message, ...reply },
    { authorization: `Bearer ${token}` },
  );
  return { ...request, answer: (body) => slackAnswer(body, thread) };
}

function messageOf(notice: Notice, wordsOf: WordsOf): object {
  const { title, lines } = wordsOf(notice);
  const escapedSize = (text: string) => escaped(text).length;
  // Slack refuses a section with an empty text, and shows the title anyway.
  const body = lines.join("").trim() === "" ? [title] : lines;
  return {
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
  };
}

/** Slack's own three control characters. */
function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** Two links of two characters each. */
const LINK_SIZE = 4;

/** A line that is the site's address or the page of the incident becomes a link. */
function linked(text: string, { incidents, page }: Notice): string {
  return text
    .split("\n")
    .map((line, index) => {
      const isSite = index === 0 && incidents.length === 1 && /^https?:\/\/[^\s|…]+$/.test(line);
      return isSite || (page !== null && line === escaped(page)) ? `<${line}>` : line;
    })
    .join("\n");
}
