/**
 * Refuses what another website makes a browser send: requests to a host name that is not ours (DNS rebinding), and
 * changes or reads that another origin starts (cross-site request forgery).
 */
import { isIP } from "node:net";
import type { FastifyRequest } from "fastify";
import { isLoopbackHost } from "../../../core/accounts/admission.ts";
import { ProblemError } from "../answering/problem.ts";

export interface ServedAs {
  /** The address that people use, where it is configured. */
  readonly publicUrl: string | undefined;
  /** Whether the server listens on this machine's loopback addresses only. */
  readonly loopbackOnly: boolean;
}

const SAFE_METHODS = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Throws `ProblemError` for a `Host` that is not ours. A name is ours when it means this machine or is that of
 * `publicUrl`. An address can't be rebound, so that every address is ours where the server listens on more than loopback.
 */
export function checkHost(request: FastifyRequest, { publicUrl, loopbackOnly }: ServedAs): void {
  const host = request.headers.host?.toLowerCase() ?? "";
  if (isLoopbackHost(host)) return;
  if (publicUrl !== undefined && host === new URL(publicUrl).host) return;
  if (!loopbackOnly && isIP(nameOf(host)) !== 0) return;
  throw new ProblemError("wrong-host", `"${host}" is not served here`);
}

/**
 * Throws `ProblemError` for a request that another origin has started, and for a change that a form of another origin
 * could have sent: it needs the header `X-Sitewire`, or JSON with an `Origin` of our own. A token in `Authorization` is
 * never sent by a browser on its own, so that it needs neither.
 */
export function checkOrigin(request: FastifyRequest, { publicUrl }: ServedAs): void {
  const { headers, method } = request;
  const { origin } = headers;
  const safe = SAFE_METHODS.has(method);
  const own = origin === undefined || isOwnOrigin(origin, request, publicUrl);
  if (!own) throw new ProblemError("cross-site", `the origin ${origin} is not Sitewire's own`);
  // A link from elsewhere, such as an identity provider's way back, opens a page; it reads and changes nothing.
  const isLink = safe && headers["sec-fetch-mode"] === "navigate";
  if (headers["sec-fetch-site"] === "cross-site" && !isLink) {
    throw new ProblemError("cross-site", "another site has started this request");
  }
  if (safe || headers.authorization !== undefined || headers["x-sitewire"] === "1") return;
  if (origin !== undefined && isJson(headers["content-type"])) return;
  throw new ProblemError("cross-site", "a change needs the header X-Sitewire: 1");
}

/**
 * For what a status page publishes, also under a host name of its own: any website may link or embed it. A form is taken
 * from the page itself, and from programs, which send no `Origin`. Throws `ProblemError`.
 */
export function checkPublished(request: FastifyRequest, isPageHost: boolean, servedAs: ServedAs): void {
  if (!isPageHost) checkHost(request, servedAs);
  const { method, headers } = request;
  if (SAFE_METHODS.has(method)) return;
  const { origin, host } = headers;
  const own = origin === undefined || (URL.canParse(origin) && new URL(origin).host === host?.toLowerCase());
  if (own && headers["sec-fetch-site"] !== "cross-site") return;
  throw new ProblemError("cross-site", "another site has started this request");
}

function isOwnOrigin(origin: string, request: FastifyRequest, publicUrl: string | undefined): boolean {
  if (publicUrl !== undefined && origin === new URL(publicUrl).origin) return true;
  // The host was checked before: what it names is ours.
  return origin.toLowerCase() === `http://${request.headers.host?.toLowerCase()}`;
}

function isJson(contentType: string | undefined): boolean {
  return contentType?.split(";")[0]?.trim().toLowerCase() === "application/json";
}

function nameOf(host: string): string {
  return host.replace(/:\d+$/, "").replace(/^\[|\]$/g, "");
}
