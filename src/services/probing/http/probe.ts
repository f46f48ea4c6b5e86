/** One attempt at a site: a fresh connection for each hop, redirects followed, everything seen written down. */
import type {
  Observation,
  Probe,
  ProbeFailure,
  ProbeResponse,
  ResponseHeaders,
} from "../../../core/checking/ports.ts";
import type { Trace, TraceEvent } from "../../../core/checking/trace.ts";
import { SECRET_HEADER_PATTERN } from "../../../core/sites/site-secrets.ts";
import { Attempt } from "../attempt/attempt.ts";
import type { CertificateChain } from "../dialling/certificate-chain.ts";
import type { Dialling } from "../dialling/dialling.ts";
import { secure, type TlsTarget } from "../dialling/securing.ts";
import { messageOf, ProbeError } from "../probe-error.ts";
import { AttemptCookies } from "./cookies.ts";
import type { ExchangeOutcome, ExchangeRequest } from "./exchange/exchange.ts";
import { exchangeHttp1 } from "./exchange/http1-exchange.ts";
import { exchangeHttp2 } from "./exchange/http2-exchange.ts";
import { type Hop, hopTo, nextHop, type Request, redirectTarget } from "./hop.ts";
import type { RequestPlan } from "./request-plan.ts";
import { openPlainRoute, openSecureRoute } from "./route.ts";

const MAX_IRREGULARITIES = 20;
const NO_REDIRECTS: readonly string[] = [];

/** What the attempt has seen so far, by the names of the observation. */
type PartialObservation = {
  -readonly [Key in
    | "remoteAddress"
    | "protocol"
    | "certificateExpiresAtMs"
    | "certificateChain"
    | "irregularities"
    | "finalUrl"
    | "redirects"
    | "response"
    | "release"]: Observation[Key];
};

export class HttpProbe implements Probe {
  readonly #url: string;
  readonly #plan: RequestPlan;
  readonly #dialling: Dialling;

  /** Null where nobody looks into the attempts: then nothing is made for it. */
  readonly #trace: Trace | null;

  constructor(url: string, plan: RequestPlan, dialling: Dialling, trace: Trace | null = null) {
    this.#trace = trace;
    this.#url = url;
    this.#plan = plan;
    this.#dialling = dialling;
  }

  async run(timeoutMs: number, signal: AbortSignal): Promise<Observation> {
    signal.throwIfAborted();
    // Made for each attempt: kept, it would be the largest part of what a site takes in memory.
    const url = new URL(this.#url);
    const request = this.#plan.requestTo(url);
    const firstHop = hopTo(url, request);
    const attempt = new Attempt(timeoutMs, signal, this.#trace ?? undefined);
    const seen: PartialObservation = {
      remoteAddress: null,
      protocol: null,
      certificateExpiresAtMs: null,
      certificateChain: [],
      irregularities: [],
      finalUrl: firstHop.url,
      redirects: NO_REDIRECTS,
      response: null,
      release: () => {},
    };
    const failure = await this.#follow(firstHop, request, attempt, seen).then(() => null, failureOf);
    const { processPaused } = attempt;
    const timings = attempt.finish();
    this.#trace?.({ kind: "ended", timings, failure });
    if (signal.aborted) {
      seen.release();
      throw signal.reason;
    }
    return { ...seen, timings, timingUncertaintyMs: attempt.uncertainMs, failure, processPaused };
  }

  /** Asks hop after hop until one is no redirect. Rejects with a `ProbeError`. */
  async #follow(
    firstHop: Hop,
    { headersFor }: Request,
    attempt: Attempt,
    seen: PartialObservation,
  ): Promise<void> {
    const { maxRedirects } = this.#plan;
    const asked = new Set<string>();
    const cookies = new AttemptCookies();
    let hop = firstHop;
    for (let redirects = 0; ; redirects += 1) {
      seen.finalUrl = hop.url;
      await this.#ask(hop, attempt, seen);
      const { response } = seen;
      if (response === null || maxRedirects === null) return;
      const location = redirectTarget(response.statusCode, response.headers);
      if (location === null) return;
      asked.add(signatureOf(hop));
      const setCookies = response.headers.get("set-cookie");
      if (setCookies !== undefined) await cookies.keep(setCookies, hop.url);
      hop = cookies.addTo(nextHop(hop, response.statusCode, location, headersFor));
      this.#trace?.({ kind: "redirect", to: hop.url });
      seen.redirects = [...seen.redirects, hop.url];
      seen.release();
      seen.response = null;
      if (redirects === maxRedirects) throw tooManyRedirects(maxRedirects, hop, asked);
    }
  }

  async #ask(hop: Hop, attempt: Attempt, seen: PartialObservation): Promise<void> {
    const { response, failure, irregularities, release } = hop.secure
      ? await this.#askSecurely(hop, attempt, seen)
      : await this.#askPlainly(hop, attempt, seen);
    seen.response = response;
    if (response !== null) this.#trace?.(responseEvent(response));
    seen.release = release;
    if (irregularities.length > 0) {
      const all = new Set([...seen.irregularities, ...irregularities]);
      seen.irregularities = [...all].slice(0, MAX_IRREGULARITIES);
    }
    if (failure !== null) throw failure;
    if (this.#plan.failOnLargerBody && response?.bodyTruncated) {
      throw new ProbeError("body_too_large", `the body is larger than ${this.#plan.maxBodyBytes} bytes`);
    }
  }

  async #askPlainly(hop: Hop, attempt: Attempt, seen: PartialObservation): Promise<ExchangeOutcome> {
    const route = await openPlainRoute(hop, this.#plan.proxy, this.#dialling, attempt);
    const { connection, target, proxyHeaders } = route;
    seen.remoteAddress = connection.remoteAddress;
    seen.protocol = "http/1.1";
    const headers = proxyHeaders.length === 0 ? hop.headers : [...hop.headers, ...proxyHeaders];
    const request = this.#request(hop, target, headers);
    this.#trace?.(requestEvent("http/1.1", request));
    return await exchangeHttp1(connection, request, attempt);
  }

  async #askSecurely(hop: Hop, attempt: Attempt, seen: PartialObservation): Promise<ExchangeOutcome> {
    const { tls, verify, protocols, proxy } = this.#plan;
    const target: TlsTarget = {
      host: hop.host,
      context: hop.trusted ? tls.own : tls.foreign,
      trusted: tls.trusted,
      verify,
      protocols,
    };
    const connection = await openSecureRoute(hop, target, proxy, this.#dialling, attempt);
    seen.remoteAddress = connection.remoteAddress;
    const { http2, chain, refusal } = await secure(connection, target, attempt);
    keepEarlierChain(seen, chain);
    this.#trace?.({
      kind: "secured",
      version: connection.socket.getProtocol() ?? "TLS",
      cipher: connection.socket.getCipher().name,
      chain: chain?.certificates ?? [],
      refusal: refusal?.message ?? null,
    });
    if (refusal !== null) {
      connection.close();
      throw refusal;
    }
    if (!http2 && !protocols.includes("http/1.1")) {
      connection.close();
      throw new ProbeError("tls_protocol", "the server does not agree on HTTP/2");
    }
    seen.protocol = http2 ? "h2" : "http/1.1";
    const request = this.#request(hop, hop.path, hop.headers);
    this.#trace?.(requestEvent(seen.protocol, request));
    return http2
      ? await exchangeHttp2(connection, hop.origin, request, attempt)
      : await exchangeHttp1(connection, request, attempt);
  }

  #request({ method, body }: Hop, target: string, headers: readonly string[]): ExchangeRequest {
    const { maxBodyBytes } = this.#plan;
    return { method, target, headers, body, maxBodyBytes, isBodyUnwanted: this.#isBodyUnwanted };
  }

  readonly #isBodyUnwanted = (statusCode: number, headers: ResponseHeaders): boolean =>
    this.#plan.maxRedirects !== null && redirectTarget(statusCode, headers) !== null;
}

function requestEvent(protocol: "http/1.1" | "h2", { method, target, headers }: ExchangeRequest): TraceEvent {
  const pairs = headers.flatMap((name, index) =>
    index % 2 === 0
      ? [[name, SECRET_HEADER_PATTERN.test(name) ? "[redacted]" : (headers[index + 1] ?? "")] as const]
      : [],
  );
  return { kind: "request", protocol, method, target, headers: pairs };
}

function responseEvent({ statusCode, headers }: ProbeResponse): TraceEvent {
  const shown = new Map(headers);
  const cookies = headers.get("set-cookie");
  if (cookies !== undefined)
    shown.set(
      "set-cookie",
      cookies.map(() => "[redacted]"),
    );
  return { kind: "response", statusCode, headers: shown };
}

/** The same request may be answered otherwise the next time, so a loop is only one when the limit is reached. */
function tooManyRedirects(maxRedirects: number, next: Hop, asked: ReadonlySet<string>): ProbeError {
  const [code, message] = asked.has(signatureOf(next))
    ? (["redirect_loop", "redirected in a loop"] as const)
    : (["redirect_limit", "redirected"] as const);
  return new ProbeError(code, `${message} more than ${maxRedirects} times, last to ${next.url}`);
}

/** Two requests of the same signature get the same answer, or so a client has to assume. */
function signatureOf({ method, url, headers }: Hop): string {
  return `${method} ${url} ${headers.join("\n")}`;
}

/** Of the chains of several hops, the one that expires first is kept. */
function keepEarlierChain(seen: PartialObservation, chain: CertificateChain | null): void {
  const expiresAtMs = chain?.expiresAtMs ?? null;
  if (chain === null || expiresAtMs === null) return;
  if (seen.certificateExpiresAtMs !== null && seen.certificateExpiresAtMs <= expiresAtMs) return;
  seen.certificateExpiresAtMs = expiresAtMs;
  seen.certificateChain = chain.certificates;
}

function failureOf(error: unknown): ProbeFailure {
  return error instanceof ProbeError
    ? { code: error.code, message: error.message }
    : { code: "internal", message: messageOf(error) };
}
