/** Ports of checking: a prober that makes HTTP requests, and a searcher that examines responses. */
import type { CheckErrorCode } from "../../contract/checks/check-error-code.ts";
import type { ChainCertificate, Timings } from "../../contract/checks/check-result.ts";
import type { Site } from "../../contract/checks/site.ts";
import type { ResponseExpectations, SearchedResponse } from "./judging/response-expectations.ts";
import type { SearchOutcome } from "./judging/searching.ts";

export interface Prober {
  /**
   * Prepares a site's requests once: TLS context, header lines, credentials.
   * Throws `InvalidSiteError` when an option is unusable (a CA that is not PEM, a key that does not match).
   */
  prepare(site: Site): Probe;
}

export interface Probe {
  /**
   * Makes one attempt on new connections, including redirects, within `timeoutMs`. Failures are part of the
   * observation. Rejects only with the signal's reason.
   */
  run(timeoutMs: number, signal: AbortSignal): Promise<Observation>;
}

/** What one attempt saw. */
export interface Observation {
  /** Phases summed over all hops; null when the attempt was refused before it began. */
  readonly timings: Timings | null;
  /** How much of the measured time this process may have caused, milliseconds. */
  readonly timingUncertaintyMs: number;
  readonly remoteAddress: string | null;
  readonly protocol: "http/1.1" | "h2" | null;
  /**
   * The earliest expiry in the server's certificate chain, milliseconds since the epoch; also set when verification
   * failed. With redirects, the earliest of all servers' chains.
   */
  readonly certificateExpiresAtMs: number | null;
  /** The chain with that expiry, the server's certificate first; empty without TLS. */
  readonly certificateChain: readonly ChainCertificate[];
  /** Accepted deviations from the standards, one sentence each. */
  readonly irregularities: readonly string[];
  /**
   * True when this process was paused for a second or more (blocked, stopped, suspended). Then failure and timings say
   * nothing about the site.
   */
  readonly processPaused: boolean;
  /** The URL of the last request, without credentials. */
  readonly finalUrl: string;
  /** The URLs that redirects led to, without credentials, in order. */
  readonly redirects: readonly string[];
  /** Why there is no complete response; null when there is one. */
  readonly failure: ProbeFailure | null;
  /** Present once the final response's headers were read, even if reading its body failed. */
  readonly response: ProbeResponse | null;
  /** Frees the body's memory. Call it after judging; do not read the body afterwards. */
  release(): void;
}

export interface ProbeFailure {
  readonly code: CheckErrorCode;
  readonly message: string;
}

export interface ProbeResponse {
  readonly statusCode: number;
  /** Names in lower case, each with its values in order of arrival. */
  readonly headers: ResponseHeaders;
  /** Body with its content codings removed, at most `maxBodyBytes`. */
  readonly body: Uint8Array;
  /** True when the body is longer than what was read. */
  readonly bodyTruncated: boolean;
}

export type ResponseHeaders = ReadonlyMap<string, readonly string[]>;

export interface ResponseSearcher {
  /**
   * Searches the response without delaying other measurements. A search that exceeds its time or memory limit ends with
   * the code `search_limit`. Reads the body until the promise settles. Rejects only with the signal's reason.
   */
  search(
    response: SearchedResponse,
    expectations: ResponseExpectations,
    signal: AbortSignal,
  ): Promise<SearchOutcome>;
}
