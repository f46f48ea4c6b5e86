/** A notice as an event of a Matrix room. https://spec.matrix.org/v1.16/client-server-api/#mroommessage */
import type { MatrixSettings } from "../../../contract/alerting/channels/chat-settings.ts";
import type { Notice } from "../../../core/alerting/wording/notice.ts";
import { escapedHtml } from "../html.ts";
import type { ChannelRequest } from "../http-channel.ts";
import { below, jsonRequest } from "../json-request.ts";
import { type SizeOf, shortenedLines, shortenedTitle } from "../shortened.ts";
import type { WordsOf } from "../words.ts";

/** An event has at most 65536 bytes with what the server adds. It holds the text twice, the second time as HTML. */
const LONGEST_TEXT_BYTES = 55_000;
const LONGEST_TITLE_BYTES = 4000;

export function matrixRequest(
  { url, token, room }: MatrixSettings,
  notice: Notice,
  wordsOf: WordsOf,
): ChannelRequest {
  const words = wordsOf(notice);
  const title = shortenedTitle(words.title, LONGEST_TITLE_BYTES, eventBytes);
  const text = shortenedLines(words.lines, LONGEST_TEXT_BYTES, eventBytes);
  const path = `_matrix/client/v3/rooms/${encodeURIComponent(room)}/send/m.room.message`;
  const content = {
    msgtype: "m.text",
    body: `${title}\n${text}`,
    format: "org.matrix.custom.html",
    formatted_body: `<strong>${escapedHtml(title)}</strong><br>${htmlOf(text)}`,
    // Nobody is called by what a site says.
    "m.mentions": {},
  };
  const request = jsonRequest(below(url, `${path}/${notice.id}`), content, {
    authorization: `Bearer ${token}`,
  });
  // The transaction id at the end of the path makes the server drop a double.
  return { ...request, method: "PUT" };
}

function htmlOf(text: string): string {
  return escapedHtml(text).replaceAll("\n", "<br>");
}

/** What a text takes in an event: as JSON, plain and as HTML. */
const eventBytes: SizeOf = (text) => Buffer.byteLength(JSON.stringify([text, htmlOf(text)]));
