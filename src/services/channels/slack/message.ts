/** A notice as Slack's incoming webhooks take it: blocks, and a plain text for notifications and for those without. */
import type { SlackSettings } from "../../../contract/channel-settings.ts";
import { type Notice, noticeText } from "../../../core/alerting/notice.ts";
import type { ChannelRequest } from "../http-channel.ts";
import { shortened } from "../shortened.ts";

/** Slack's limits: the text of a header block, and of a section block. */
const LONGEST_HEADER = 150;
const LONGEST_SECTION = 3000;

export function slackRequest(settings: SlackSettings, notice: Notice): ChannelRequest {
  const { title, lines } = noticeText(notice);
  const text = shortened(escaped(lines.join("\n")), LONGEST_SECTION);
  const payload =
    settings.type === "slack"
      ? {
          text: escaped(title),
          blocks: [
            { type: "header", text: { type: "plain_text", text: shortened(title, LONGEST_HEADER) } },
            { type: "section", text: { type: "mrkdwn", text } },
          ],
        }
      : { text: `**${title}**\n${lines.join("\n")}` };
  return {
    url: settings.url,
    headers: { "content-type": "application/json" },
    body: JSON.stringify(payload),
  };
}

/** Slack's own three control characters. */
function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
