/** A notice as an SMS by Twilio. https://www.twilio.com/docs/messaging/api/message-resource#create-a-message-resource */
import type { TwilioSettings } from "../../../contract/alerting/channels/direct-settings.ts";
import type { Notice } from "../../../core/alerting/wording/notice.ts";
import { formRequest } from "../form-request.ts";
import type { ChannelRequest } from "../http-channel.ts";
import { below } from "../json-request.ts";
import { shortenedLines, shortenedTitle } from "../shortened.ts";
import type { WordsOf } from "../words.ts";

/** Twilio takes 1600 characters; each 153 or, with emoji, 67 cost one message, and longer ones are read by nobody. */
const LONGEST_BODY = 600;
const LONGEST_TITLE = 300;

export function twilioRequest(
  { url, account, token, from, to }: TwilioSettings,
  notice: Notice,
  wordsOf: WordsOf,
): ChannelRequest {
  const { title, lines } = wordsOf(notice);
  const sender = from.startsWith("MG") ? { MessagingServiceSid: from } : { From: from };
  const credentials = Buffer.from(`${account}:${token}`).toString("base64");
  return formRequest(
    below(url, `2010-04-01/Accounts/${encodeURIComponent(account)}/Messages.json`),
    {
      To: to,
      ...sender,
      Body: shortenedLines([shortenedTitle(title, LONGEST_TITLE), ...lines], LONGEST_BODY),
    },
    { authorization: `Basic ${credentials}` },
  );
}
