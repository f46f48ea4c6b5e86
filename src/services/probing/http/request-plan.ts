/** Requests made ready once for all sites with the same options: header lines, TLS contexts, proxy. */
import { CHECK_OPTION_DEFAULTS, type CheckOptions } from "../../../contract/checks/check-options.ts";
import { withoutBrackets } from "../../network/host-name.ts";
import type { Destination } from "../dialling/dialling.ts";
import type { IpVersion } from "../dialling/name-resolver.ts";
import type { TlsContextFactory, TlsContexts } from "../dialling/tls-contexts.ts";
import { ACCEPTED_CODINGS } from "./exchange/content-decoding.ts";
import type { Request } from "./hop.ts";

export interface ProxyPlan extends Destination {
  /** Value of Proxy-Authorization; null where the proxy's URL has no credentials. */
  readonly authorization: string | null;
}

export interface RequestPlan {
  /** The first request to a URL; credentials in the URL become its Authorization. */
  readonly requestTo: (url: URL) => Request;
  readonly ipVersion: IpVersion;
  /** Offered by ALPN, the preferred first. */
  readonly protocols: readonly string[];
  readonly tls: TlsContexts;
  readonly verify: boolean;
  readonly proxy: ProxyPlan | null;
  /** Redirects followed; null judges the first one itself. */
  readonly maxRedirects: number | null;
  readonly maxBodyBytes: number;
  readonly failOnLargerBody: boolean;
}

const PROTOCOLS: Readonly<Record<NonNullable<CheckOptions["httpVersion"]>, readonly string[]>> = {
  auto: ["h2", "http/1.1"],
  "1.1": ["http/1.1"],
  "2": ["h2"],
};

/** Headers that tell another origin nothing about the site or its owner. */
const HARMLESS_HEADERS = new Set(["accept", "accept-language"]);

/** Throws `InvalidSiteError` where an option can't be used. */
export function planRequests(
  options: CheckOptions,
  contexts: TlsContextFactory,
  defaultUserAgent: string,
): RequestPlan {
  const headersFor = headerLines(options, authorizationOf(options), defaultUserAgent);
  const request: Request = {
    method: options.method ?? CHECK_OPTION_DEFAULTS.method,
    body: options.body === undefined ? null : Buffer.from(options.body, "utf8"),
    trusted: true,
    headersFor,
  };
  return {
    requestTo(url) {
      const authorization = options.authentication === undefined ? fromUrl(url) : null;
      if (authorization === null) return request;
      return { ...request, headersFor: headerLines(options, authorization, defaultUserAgent) };
    },
    ipVersion: options.ipVersion ?? CHECK_OPTION_DEFAULTS.ipVersion,
    protocols: PROTOCOLS[options.httpVersion ?? CHECK_OPTION_DEFAULTS.httpVersion],
    tls: contexts.prepare(options.tls),
    verify: options.tls?.verify ?? true,
    proxy: options.proxy === undefined ? null : planProxy(new URL(options.proxy)),
    maxRedirects:
      options.followRedirects === false ? null : (options.maxRedirects ?? CHECK_OPTION_DEFAULTS.maxRedirects),
    maxBodyBytes: options.maxBodyBytes ?? CHECK_OPTION_DEFAULTS.maxBodyBytes,
    failOnLargerBody: options.largerBody === "fail",
  };
}

function headerLines(
  options: CheckOptions,
  authorization: string | null,
  defaultUserAgent: string,
): Request["headersFor"] {
  const defaults = new Map([
    ["user-agent", options.userAgent ?? defaultUserAgent],
    ["accept", "*/*"],
    ["accept-encoding", ACCEPTED_CODINGS],
  ]);
  const given = Object.entries(options.headers ?? {}).map(
    ([name, value]) => [name.toLowerCase(), value] as const,
  );
  const own = new Map([...defaults, ...given]);
  if (authorization !== null) own.set("authorization", authorization);
  const foreign = new Map([...defaults, ...given.filter(([name]) => HARMLESS_HEADERS.has(name))]);
  const ownLines = [...own].flat();
  const foreignLines = [...foreign].flat();
  return (trusted) => (trusted ? ownLines : foreignLines);
}

function authorizationOf({ authentication }: CheckOptions): string | null {
  if (authentication?.type === "bearer") return `Bearer ${authentication.token}`;
  return authentication === undefined ? null : basic(authentication.username, authentication.password);
}

function planProxy(url: URL): ProxyPlan {
  return {
    host: withoutBrackets(url.hostname),
    port: url.port === "" ? 80 : Number(url.port),
    authorization: fromUrl(url),
  };
}

function fromUrl({ username, password }: URL): string | null {
  return username === "" && password === "" ? null : basic(decoded(username), decoded(password));
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function basic(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`, "utf8").toString("base64")}`;
}
