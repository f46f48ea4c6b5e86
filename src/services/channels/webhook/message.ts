/** A notice as JSON or as an own body, signed as Standard Webhooks 1.0 says: HMAC-SHA256 over id, time and body. */
import { createHmac } from "node:crypto";
import type { WebhookSettings } from "../../../contract/alerting/channels/direct-settings.ts";
import { shownUrl } from "../../../contract/checks/shown-url.ts";
import { messageOf } from "../../../contract/errors.ts";
import type { Notice } from "../../../core/alerting/wording/notice.ts";
import type { ChannelRequest } from "../http-channel.ts";
import { compileTemplate, type Rendering } from "../template.ts";
import type { WordsOf } from "../words.ts";

const SECOND_MS = 1000;
const ENCODED_SECRET_PREFIX = "whsec_";

/**
 * The own body of the settings; null when they have none. Throws `UsageError`, which begins with the field, for a template
 * that cannot be read, and for one that makes no JSON where the headers give no other content type.
 */
export function webhookBody({ body, headers }: WebhookSettings): Rendering | null {
  if (body === undefined) return null;
  const isJson = /json/i.test(contentTypeOf(headers) ?? "application/json");
  return compileTemplate({
    field: "body",
    source: body,
    problemOf: (rendered) => (isJson ? jsonProblem(rendered) : null),
  });
}

function jsonProblem(text: string): string | null {
  try {
    JSON.parse(text);
    return null;
  } catch (error) {
    return `it makes no JSON (${messageOf(error)}); quote texts by the filter json, or give a content-type in headers`;
  }
}

function contentTypeOf(headers: Readonly<Record<string, string>>): string | null {
  const given = Object.entries(headers).find(([name]) => name.toLowerCase() === "content-type");
  return given?.[1] ?? null;
}

export interface WebhookForm {
  readonly wordsOf: WordsOf;
  readonly ownBody: Rendering | null;
  readonly nowMs: number;
}

export function webhookRequest(
  settings: WebhookSettings,
  notice: Notice,
  { wordsOf, ownBody, nowMs }: WebhookForm,
): ChannelRequest {
  const { title, lines } = wordsOf(notice);
  const { kind, repeated, id } = notice;
  const incidents = notice.incidents.map((incident) => ({ ...incident, url: shownUrl(incident.url) }));
  const own = ownBody?.(notice) ?? null;
  const body = own ?? JSON.stringify({ kind, title, text: lines.join("\n"), repeated, incidents });
  const contentType = own === null ? null : contentTypeOf(settings.headers);
  const headers = Object.entries(settings.headers).filter(([name]) => name.toLowerCase() !== "content-type");
  const seconds = String(Math.floor(nowMs / SECOND_MS));
  return {
    url: settings.url,
    headers: {
      ...Object.fromEntries(headers),
      "content-type": contentType ?? "application/json",
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
export function signatureOf(secret: string, id: string, seconds: string, body: string): string {
  const key = secret.startsWith(ENCODED_SECRET_PREFIX)
    ? Buffer.from(secret.slice(ENCODED_SECRET_PREFIX.length), "base64")
    : Buffer.from(secret);
  return `v1,${createHmac("sha256", key).update(`${id}.${seconds}.${body}`).digest("base64")}`;
}
