/** A message to a subscriber of a status page as an e-mail. */
import type { SendMailOptions } from "nodemailer";
import type { EmailSettings } from "../../../contract/alerting/channels/direct-settings.ts";
import type { WordedMessage } from "../../../core/status-pages/subscribers/wording.ts";
import { escapedHtml } from "../html.ts";
import { domainOf } from "./message.ts";

const LONGEST_SUBJECT = 250;

export function subscriberMail(
  { from }: EmailSettings,
  { id, to, subject, paragraphs, action, unsubscribe, thread }: WordedMessage & { id: string; to: string },
): SendMailOptions {
  const domain = domainOf(from);
  const conversation = `<${thread}.${domainOfThread(action.url)}@${domain}>`;
  const links = [action, ...(unsubscribe === null ? [] : [unsubscribe])];
  return {
    from,
    to,
    subject: subject.length > LONGEST_SUBJECT ? `${subject.slice(0, LONGEST_SUBJECT - 1)}…` : subject,
    text: [...paragraphs, ...links.map(({ label, url }) => `${label}: ${url}`)].join("\n\n").concat("\n"),
    html: htmlOf(paragraphs, action, unsubscribe),
    messageId: `<${id}.subscriber@${domain}>`,
    inReplyTo: conversation,
    references: [conversation],
    headers: {
      // RFC 3834, section 5: nobody's absence answers it.
      "auto-submitted": "auto-generated",
      ...(unsubscribe === null
        ? {}
        : {
            // RFC 8058: one click in the reader's mail program ends it.
            "list-unsubscribe": `<${unsubscribe.url}>`,
            "list-unsubscribe-post": "List-Unsubscribe=One-Click",
          }),
    },
  };
}

/** Tells pages apart that are about the same incident. */
function domainOfThread(url: string): string {
  return (
    (URL.parse(url)?.pathname ?? "").replaceAll(/[^A-Za-z0-9]+/g, "-").replaceAll(/^-|-$/g, "") || "page"
  );
}

function htmlOf(
  paragraphs: readonly string[],
  action: WordedMessage["action"],
  unsubscribe: WordedMessage["unsubscribe"],
): string {
  const body = paragraphs.map(
    (text) =>
      `<p style="font-size:15px;line-height:1.5;margin:0 0 12px">${escapedHtml(text).replaceAll("\n", "<br>")}</p>`,
  );
  const button = `<p style="margin:20px 0"><a href="${escapedHtml(action.url)}" style="display:inline-block;padding:10px 16px;border-radius:8px;background:#3257d6;color:#ffffff;text-decoration:none;font-size:15px">${escapedHtml(action.label)}</a></p>`;
  const end =
    unsubscribe === null
      ? ""
      : `<p style="font-size:13px;margin:24px 0 0"><a href="${escapedHtml(unsubscribe.url)}" style="color:#5c6370">${escapedHtml(unsubscribe.label)}</a></p>`;
  return `<!DOCTYPE html><html><body style="font-family:sans-serif;color:#17191c;max-width:560px">${body.join("")}${button}${end}</body></html>`;
}
