/** One request of an attempt, and the one that follows it when the answer is a redirect. Pure. */
import type { CheckOptions } from "../../../contract/checks/check-options.ts";
import type { ResponseHeaders } from "../../../core/checking/ports.ts";
import { withoutBrackets } from "../../network/host-name.ts";
import { ProbeError } from "../probe-error.ts";

export type Method = NonNullable<CheckOptions["method"]>;

export interface Hop {
  /** Without credentials. */
  readonly url: string;
  readonly origin: string;
  readonly secure: boolean;
  /** A name, or an address without brackets. */
  readonly host: string;
  readonly port: number;
  /** Path and query. */
  readonly path: string;
  readonly method: Method;
  /** Names and values by turns, Host included. */
  readonly headers: readonly string[];
  readonly body: Buffer | null;
  /** Whether to send credentials, body and the site's own headers: false once another origin was asked. */
  readonly trusted: boolean;
}

export interface Request {
  readonly method: Method;
  readonly body: Buffer | null;
  readonly trusted: boolean;
  /** Header lines for a host that is trusted, or not. Host itself is added unless given. */
  readonly headersFor: (trusted: boolean) => readonly string[];
}

export function hopTo(url: URL, request: Request): Hop {
  const secure = url.protocol === "https:";
  const headers = request.headersFor(request.trusted);
  const named = headers.some((text, index) => index % 2 === 0 && text.toLowerCase() === "host");
  return {
    url: withoutCredentials(url),
    origin: url.origin,
    secure,
    host: withoutBrackets(url.hostname),
    port: url.port === "" ? (secure ? 443 : 80) : Number(url.port),
    path: `${url.pathname}${url.search}`,
    method: request.method,
    headers: named ? headers : ["host", url.host, ...headers],
    body: request.body,
    trusted: request.trusted,
  };
}

function withoutCredentials(url: URL): string {
  if (url.username === "" && url.password === "") return url.href;
  const shown = new URL(url);
  shown.username = "";
  shown.password = "";
  return shown.href;
}

const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/** Where the response sends the client, unread; null where it is no redirect (RFC 9110, section 15.4). */
export function redirectTarget(statusCode: number, headers: ResponseHeaders): string | null {
  // An empty Location leads nowhere: other clients take such an answer as it is.
  return REDIRECTS.has(statusCode) ? headers.get("location")?.[0] || null : null;
}

/**
 * The request that follows a redirect. Throws `ProbeError` (redirect_invalid) for a target that can't be asked, and
 * for one on another origin that would have to be sent the request's body.
 */
export function nextHop(
  from: Hop,
  statusCode: number,
  location: string,
  headersFor: Request["headersFor"],
): Hop {
  const url = parseTarget(location, from.url);
  const trusted = from.trusted && url.origin === from.origin;
  const toGet =
    statusCode === 303
      ? from.method !== "HEAD"
      : (statusCode === 301 || statusCode === 302) && from.method === "POST";
  const body = toGet ? null : from.body;
  if (body !== null && !trusted) {
    throw new ProbeError(
      "redirect_invalid",
      `status ${statusCode} would send the request's body to another origin, ${url.origin}`,
    );
  }
  return hopTo(url, {
    method: toGet ? "GET" : from.method,
    body,
    trusted,
    headersFor: (forTrusted) => (toGet ? withoutContent(headersFor(forTrusted)) : headersFor(forTrusted)),
  });
}

function parseTarget(location: string, base: string): URL {
  const url = URL.parse(location, base);
  if (url === null) {
    throw new ProbeError("redirect_invalid", `Location is no URL: ${JSON.stringify(location.slice(0, 200))}`);
  }
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    throw new ProbeError(
      "redirect_invalid",
      `redirected to ${url.protocol}, which is neither http nor https`,
    );
  }
  url.username = "";
  url.password = "";
  if (url.hash === "") url.hash = new URL(base).hash;
  return url;
}

/** A GET that comes of a POST describes no content any more (RFC 9110, section 15.4). */
function withoutContent(headers: readonly string[]): readonly string[] {
  return headers.filter((_, index) => !/^content-/i.test(headers[index - (index % 2)] ?? ""));
}
