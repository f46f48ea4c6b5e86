/** A notice as an e-mail: plain text, and HTML that says the same. */
import type { SendMailOptions } from "nodemailer";
import type { EmailSettings } from "../../../contract/alerting/channels/direct-settings.ts";
import { type Notice, siteUrlOf, urgencyOf } from "../../../core/alerting/wording/notice.ts";
import { escapedHtml } from "../html.ts";
import { shortenedLines, shortenedTitle } from "../shortened.ts";
import type { WordsOf } from "../words.ts";

/** Encoded, a longer subject is cut by what shows it; a line of a header holds 998 characters (RFC 5322, section 2.1.1). */
const LONGEST_SUBJECT = 250;
const LONGEST_TEXT = 100_000;
const COLOURS = { down: "#b42318", degraded: "#b54708", resolved: "#027a48", test: "#475467" };

export function emailMessage(settings: EmailSettings, notice: Notice, wordsOf: WordsOf): SendMailOptions {
  const { from, to } = settings;
  const { title, lines } = wordsOf(notice);
  const text = shortenedLines(lines, LONGEST_TEXT);
  const domain = domainOf(from);
  const conversation = `<${notice.key}@${domain}>`;
  return {
    from,
    to: [...to],
    subject: shortenedTitle(title, LONGEST_SUBJECT),
    text: `${title}\n\n${text}\n`,
    html: htmlOf(title, text, notice),
    messageId: `<${notice.id}.message@${domain}>`,
    // Mail clients show one incident's messages as one conversation (RFC 5322, section 3.6.4).
    inReplyTo: conversation,
    references: [conversation],
    // Nobody's absence answers it (RFC 3834, section 5).
    headers: { "auto-submitted": "auto-generated" },
  };
}

function htmlOf(title: string, text: string, notice: Notice): string {
  const site = siteUrlOf(notice);
  const lines = text.split("\n").map((line) => {
    const shown = escapedHtml(line);
    return line === site || line === notice.page ? `<a href="${shown}">${shown}</a>` : shown;
  });
  return [
    '<!DOCTYPE html><html lang="en"><body style="font-family:sans-serif;color:#101828">',
    `<h1 style="font-size:18px;color:${COLOURS[urgencyOf(notice)]}">${escapedHtml(title)}</h1>`,
    `<p style="font-size:14px;line-height:1.5">${lines.join("<br>")}</p>`,
    "</body></html>",
  ].join("");
}

/** The sender's, which is ours to name messages in (RFC 5322, section 3.6.4). */
export function domainOf(address: string): string {
  return /@([A-Za-z0-9.-]+)>?\s*$/.exec(address)?.[1] ?? "sitewire.invalid";
}
