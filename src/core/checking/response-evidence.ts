/** The evidence of a response: selected headers, the beginning of the body and the redirects, without secrets. */
import {
  EVIDENCE_BODY_BYTES,
  EVIDENCE_HEADER_VALUE_LENGTH,
  type EVIDENCE_HEADERS,
  EVIDENCE_REDIRECTS,
  EVIDENCE_URL_LENGTH,
  type ResponseEvidence,
} from "../../contract/checks/response-evidence.ts";
import { BodyText } from "./judging/body-text.ts";
import { shorten } from "./judging/shortening.ts";
import type { Observation, ProbeResponse } from "./ports.ts";
import { withoutSecretText, withoutSecretUrl } from "./secret-text.ts";

/** Headers that help to find a cause, and carry no secret by their definition. */
const SHOWN_HEADERS = [
  "server",
  "date",
  "content-type",
  "content-length",
  "content-encoding",
  "location",
  "retry-after",
  "via",
  "age",
  "cache-control",
  "x-cache",
  "x-served-by",
  "x-powered-by",
  "x-request-id",
  "cf-ray",
  "cf-cache-status",
  "x-amz-cf-id",
  "x-amzn-requestid",
  "x-varnish",
  "server-timing",
] as const satisfies readonly string[] & { readonly length: typeof EVIDENCE_HEADERS };

const HEADERS_WITH_URLS = new Set(["location"]);

/** More than is kept, so that a secret across the end of the kept part is recognised. */
const READ_BYTES = 2 * EVIDENCE_BODY_BYTES;
/** A body with more undecodable or control characters than this part is no text. */
const MOST_UNREADABLE = 0.1;

/** Returns null when there is neither a response nor a redirect. Call it before the observation's body is released. */
export function evidenceOf(
  { response, redirects }: Pick<Observation, "response" | "redirects">,
  secrets: readonly string[],
): ResponseEvidence | null {
  if (response === null && redirects.length === 0) return null;
  return {
    headers: response === null ? [] : shownHeaders(response, secrets),
    ...(response === null ? { body: null, bodyCut: false } : shownBody(response, secrets)),
    redirects: redirects
      .slice(0, EVIDENCE_REDIRECTS)
      .map((url) => shorten(withoutSecretUrl(url, secrets), EVIDENCE_URL_LENGTH)),
  };
}

function shownHeaders({ headers }: ProbeResponse, secrets: readonly string[]): ResponseEvidence["headers"] {
  return SHOWN_HEADERS.flatMap((name) => {
    const values = headers.get(name);
    if (values === undefined) return [];
    const text = values.join(", ");
    const shown = HEADERS_WITH_URLS.has(name)
      ? withoutSecretUrl(text, secrets)
      : withoutSecretText(text, secrets);
    return [{ name, value: shorten(shown, EVIDENCE_HEADER_VALUE_LENGTH) }];
  });
}

function shownBody(
  { body, bodyTruncated, headers }: ProbeResponse,
  secrets: readonly string[],
): Pick<ResponseEvidence, "body" | "bodyCut"> {
  const text = new BodyText(body, headers.get("content-type") ?? []).first(READ_BYTES);
  if (isUnreadable(text)) return { body: null, bodyCut: bodyTruncated || body.byteLength > 0 };
  const shown = withoutSecretText(shorten(text, READ_BYTES), secrets);
  const kept = firstBytes(shown, EVIDENCE_BODY_BYTES);
  return { body: kept, bodyCut: bodyTruncated || body.byteLength > READ_BYTES || kept.length < shown.length };
}

function isUnreadable(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is counted.
  const unreadable = text.match(/[\ufffd\u0000-\u0008\u000e-\u001a\u001c-\u001f]/g)?.length ?? 0;
  return unreadable > text.length * MOST_UNREADABLE;
}

/** The longest beginning of at most `sizeBytes` bytes of UTF-8 that cuts no character. */
function firstBytes(text: string, sizeBytes: number): string {
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(sizeBytes));
  return text.slice(0, read);
}
