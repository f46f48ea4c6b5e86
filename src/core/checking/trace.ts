/** Events that an attempt emits while it runs, for a person who investigates one check. They contain no secrets. */
import type { ChainCertificate, Timings } from "../../contract/checks/check-result.ts";
import type { Site } from "../../contract/checks/site.ts";
import type { ProbeFailure, ResponseHeaders } from "./ports.ts";

export type TraceEvent =
  | { readonly kind: "resolved"; readonly host: string; readonly addresses: readonly string[] }
  /** `where` is `address:port`. Several connection attempts may run in parallel. */
  | { readonly kind: "connecting"; readonly where: string }
  | { readonly kind: "connected"; readonly where: string }
  | { readonly kind: "connectFailed"; readonly where: string; readonly reason: string }
  | {
      readonly kind: "secured";
      /** OpenSSL's name, such as `TLSv1.3`. */
      readonly version: string;
      readonly cipher: string;
      readonly chain: readonly ChainCertificate[];
      /** Why the chain is not trusted; null when it is trusted or not verified. */
      readonly refusal: string | null;
    }
  | {
      readonly kind: "request";
      readonly protocol: "http/1.1" | "h2";
      readonly method: string;
      readonly target: string;
      /** Name and value; the value of a header that may contain a secret is `[redacted]`. */
      readonly headers: readonly (readonly [string, string])[];
    }
  /** The value of Set-Cookie is `[redacted]`. */
  | { readonly kind: "response"; readonly statusCode: number; readonly headers: ResponseHeaders }
  | { readonly kind: "redirect"; readonly to: string }
  /** The attempt's last event; `failure` is null when the response is complete. */
  | { readonly kind: "ended"; readonly timings: Timings | null; readonly failure: ProbeFailure | null };

export type Trace = (event: TraceEvent) => void;

/** Receives the events of every attempt at every site. */
export type SiteTrace = (site: Site, event: TraceEvent) => void;
