/** A notice as JSON, signed as Standard Webhooks 1.0 says: HMAC-SHA256 over id, time and body. */
import { createHmac } from "node:crypto";
import type { WebhookSettings } from "../../../contract/alerting/channels/direct-settings.ts";
import { shownUrl } from "../../../contract/shown-url.ts";
import type { Notice } from "../../../core/alerting/notice.ts";
import type { ChannelRequest } from "../http-channel.ts";
import type { WordsOf } from "../words.ts";

const SECOND_MS = 1000;
const ENCODED_SECRET_PREFIX = "whsec_";

export function webhookRequest(
  settings: WebhookSettings,
  notice: Notice,
  wordsOf: WordsOf,
  nowMs: number,
): ChannelRequest {
  const { title, lines } = wordsOf(notice);
  const { kind, repeated, id } = notice;
  const incidents = notice.incidents.map((incident) => ({ ...incident, url: shownUrl(incident.url) }));
  const body = JSON.stringify({ kind, title, text: lines.join("\n"), repeated, incidents });
  const seconds = String(Math.floor(nowMs / SECOND_MS));
  return {
    url: settings.url,
    headers: {
      ...settings.headers,
      "content-type": "application/json",
      "webhook-id": id,
      "webhook-timestamp": seconds,
      ...(settings.secret === undefined
        ? {}
        : { "webhook-signature": signatureOf(settings.secret, id, seconds, body) }),
    },
    body,
  };
}

/** `v1,` and base64, of `id.timestamp.body`; a secret that begins with `whsec_` is base64, another is its own bytes. */
function signatureOf(secret: string, id: string, seconds: string, body: string): string {
  const key = secret.startsWith(ENCODED_SECRET_PREFIX)
    ? Buffer.from(secret.slice(ENCODED_SECRET_PREFIX.length), "base64")
    : Buffer.from(secret);
  return `v1,${createHmac("sha256", key).update(`${id}.${seconds}.${body}`).digest("base64")}`;
}
