/** What checking needs of the outside: one that makes an HTTP exchange, and one that searches the response. */
import type { CheckErrorCode } from "../../contract/check-error-code.ts";
import type { ChainCertificate, Timings } from "../../contract/check-result.ts";
import type { Site } from "../../contract/site.ts";
import type { ResponseExpectations, SearchedResponse } from "./judging/response-expectations.ts";
import type { SearchOutcome } from "./judging/searching.ts";

export interface Prober {
  /**
   * Makes a site's request ready, once a site: TLS context, header lines, credentials.
   * Throws `InvalidSiteError` where an option can't be used (a CA that is no PEM, a key that doesn't fit).
   */
  prepare(site: Site): Probe;
}

export interface Probe {
  /**
   * One attempt on fresh connections, redirects included, within `timeoutMs`. What goes wrong is told in the
   * observation. Rejects only with the signal's reason, when it aborts.
   */
  run(timeoutMs: number, signal: AbortSignal): Promise<Observation>;
}

/** What one attempt saw. */
export interface Observation {
  /** Phases summed over all hops; null where the attempt was refused before it began. */
  readonly timings: Timings | null;
  /** How much of the time told may be this process's own, milliseconds. */
  readonly timingUncertaintyMs: number;
  readonly remoteAddress: string | null;
  readonly protocol: "http/1.1" | "h2" | null;
  /**
   * The earliest expiry in the server's chain of certificates, milliseconds since the epoch; also known where
   * verification failed. With redirects, the earliest of all servers' chains.
   */
  readonly certificateExpiresAtMs: number | null;
  /** The chain that expiry is of, the server's own certificate first; empty without TLS. */
  readonly certificateChain: readonly ChainCertificate[];
  /** What was not as the standards have it and was accepted all the same, a sentence each. */
  readonly irregularities: readonly string[];
  /**
   * True where this process stood still for a second or more meanwhile (blocked, stopped, asleep): then neither
   * failure nor timings tell of the site.
   */
  readonly processPaused: boolean;
  /** The URL asked last, without credentials. */
  readonly finalUrl: string;
  /** Why there is no complete response; null where there is one. */
  readonly failure: ProbeFailure | null;
  /** Present as soon as a final response's headers were read, even where its body then failed. */
  readonly response: ProbeResponse | null;
  /** Gives the body's memory back: to be called when it was judged, and it is not to be read afterwards. */
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
  /** Decoded of its content codings, at most `maxBodyBytes`. */
  readonly body: Uint8Array;
  /** True where the body goes on beyond what was read. */
  readonly bodyTruncated: boolean;
}

export type ResponseHeaders = ReadonlyMap<string, readonly string[]>;

export interface ResponseSearcher {
  /**
   * Searches the response without delaying what is measured meanwhile. A search that takes too much time or memory
   * ends with the code `search_limit`. Reads the body until it settles. Rejects with the signal's reason.
   */
  search(
    response: SearchedResponse,
    expectations: ResponseExpectations,
    signal: AbortSignal,
  ): Promise<SearchOutcome>;
}
