/** One attempt at a site: a fresh connection for each hop, redirects followed, everything seen written down. */
import type { Socket } from "node:net";
import type { Observation, Probe, ProbeFailure } from "../../core/checking/ports.ts";
import { Attempt } from "./attempt.ts";
import type { Dialling } from "./connecting.ts";
import type { ExchangeEngines } from "./exchange.ts";
import { type Hop, nextHop, redirectTarget } from "./hop.ts";
import { messageOf, ProbeError } from "./probe-error.ts";
import type { RequestPlan } from "./request-plan.ts";
import { openRoute } from "./route.ts";
import { secureConnection } from "./securing.ts";

/** What has been seen so far, by the names of the observation. */
type Sighting = {
  -readonly [Key in
    | "remoteAddress"
    | "protocol"
    | "certificateExpiresAtMs"
    | "finalUrl"
    | "response"]: Observation[Key];
};

export class HttpProbe implements Probe {
  readonly #plan: RequestPlan;
  readonly #dialling: Dialling;
  readonly #engines: ExchangeEngines;

  constructor(plan: RequestPlan, dialling: Dialling, engines: ExchangeEngines) {
    this.#plan = plan;
    this.#dialling = dialling;
    this.#engines = engines;
  }

  async run(timeoutMs: number, signal: AbortSignal): Promise<Observation> {
    signal.throwIfAborted();
    const attempt = new Attempt(timeoutMs, signal);
    const seen: Sighting = {
      remoteAddress: null,
      protocol: null,
      certificateExpiresAtMs: null,
      finalUrl: this.#plan.firstHop.url,
      response: null,
    };
    const failure = await this.#follow(attempt, seen).then(() => null, failureOf);
    const timings = attempt.finish();
    signal.throwIfAborted();
    return { ...seen, timings, failure };
  }

  /** Asks hop after hop until one is no redirect. Rejects with a `ProbeError`. */
  async #follow(attempt: Attempt, seen: Sighting): Promise<void> {
    const { firstHop, maxRedirects, headersFor } = this.#plan;
    const asked = new Set<string>();
    let hop = firstHop;
    for (let redirects = 0; ; redirects += 1) {
      seen.finalUrl = hop.url;
      await this.#ask(hop, attempt, seen);
      const { response } = seen;
      if (response === null || maxRedirects === null) return;
      const location = redirectTarget(response.statusCode, response.headers);
      if (location === null) return;
      asked.add(`${hop.method} ${hop.url}`);
      hop = nextHop(hop, response.statusCode, location, headersFor);
      seen.response = null;
      if (asked.has(`${hop.method} ${hop.url}`)) {
        throw new ProbeError("redirect_loop", `redirected back to ${hop.url}`);
      }
      if (redirects === maxRedirects) {
        throw new ProbeError(
          "redirect_limit",
          `redirected more than ${maxRedirects} times, last to ${hop.url}`,
        );
      }
    }
  }

  async #ask(hop: Hop, attempt: Attempt, seen: Sighting): Promise<void> {
    const { maxBodyBytes, maxRedirects, failOnLargerBody, proxy } = this.#plan;
    const route = await openRoute(hop, proxy, this.#dialling, attempt);
    seen.remoteAddress = route.socket.remoteAddress ?? null;
    const socket = hop.secure ? await this.#secure(route.socket, hop, attempt, seen) : route.socket;
    const http2 = "alpnProtocol" in socket && socket.alpnProtocol === "h2";
    seen.protocol = http2 ? "h2" : "http/1.1";
    const { response, failure } = await this.#engines.run(
      socket,
      http2 ? hop.origin : null,
      {
        method: hop.method,
        path: route.requestTarget,
        headers: route.proxyHeaders.length === 0 ? hop.headers : [...hop.headers, ...route.proxyHeaders],
        body: hop.body,
        maxBodyBytes,
        isBodyUnwanted: (statusCode, headers) =>
          maxRedirects !== null && redirectTarget(statusCode, headers) !== null,
      },
      attempt,
    );
    seen.response = response;
    if (failure !== null) throw failure;
    if (failOnLargerBody && response?.bodyTruncated) {
      throw new ProbeError("body_too_large", `the body is larger than ${maxBodyBytes} bytes`);
    }
  }

  async #secure(plain: Socket, hop: Hop, attempt: Attempt, seen: Sighting): Promise<Socket> {
    const { tls, verify, protocols } = this.#plan;
    const context = hop.trusted ? tls.own : tls.foreign;
    const target = { host: hop.host, context, verify, protocols };
    const { socket, certificateExpiresAtMs, refusal } = await secureConnection(plain, target, attempt);
    // Of several hops, the certificate that expires first is the one to know of.
    seen.certificateExpiresAtMs =
      certificateExpiresAtMs === null || seen.certificateExpiresAtMs === null
        ? (certificateExpiresAtMs ?? seen.certificateExpiresAtMs)
        : Math.min(certificateExpiresAtMs, seen.certificateExpiresAtMs);
    if (refusal !== null) {
      socket.destroy();
      throw refusal;
    }
    if (protocols.length === 1 && protocols[0] === "h2" && socket.alpnProtocol !== "h2") {
      socket.destroy();
      throw new ProbeError("tls_protocol", "the server does not agree on HTTP/2");
    }
    return socket;
  }
}

function failureOf(error: unknown): ProbeFailure {
  return error instanceof ProbeError
    ? { code: error.code, message: error.message }
    : { code: "internal", message: messageOf(error) };
}
