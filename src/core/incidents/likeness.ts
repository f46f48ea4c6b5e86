/**
 * Tells which incidents have one cause. Two unresolved incidents with a common key are alike: the later one is recorded
 * under the earlier one, and people are told of the earlier one only.
 *
 * | key                | when                                                           |
 * |--------------------|----------------------------------------------------------------|
 * | host and outage    | no response, or a status from 500: one server serves the pages |
 * | host and TLS       | a TLS failure: the pages have one certificate                  |
 * | address and port   | no response: the names lead to one listener                    |
 * | certificate        | a TLS failure of sites that serve the same certificate         |
 *
 * Other failures (a missing text, a status 404, a slow page) are the page's own. An address with responses is not
 * compared: behind a content delivery network thousands of unrelated sites share it.
 */
import type { CheckErrorCode } from "../../contract/checks/check-error-code.ts";
import type { CheckResult } from "../../contract/checks/check-result.ts";

export interface FirstFailure {
  readonly url: string;
  readonly errorCode: string | null;
  readonly statusCode: number | null;
  /** The failed check's address; when the connection failed, that of the checks before it. */
  readonly remoteAddress: string | null;
  readonly certificateChain: CheckResult["certificateChain"];
}

const FIRST_SERVER_ERROR = 500;

const PAGE_FAILURES: ReadonlySet<string> = new Set<CheckErrorCode>([
  "target_blocked",
  "internal",
  "redirect_loop",
  "redirect_limit",
  "redirect_invalid",
  "body_too_large",
  "body_decoding",
  "search_limit",
  "proxy_failed",
]);

/** Returns the keys under which an incident is compared with others; none when its cause is the page's own. */
export function likenessKeys(failure: FirstFailure): readonly string[] {
  const { errorCode, statusCode, remoteAddress, certificateChain } = failure;
  const url = URL.parse(failure.url);
  if (url === null || errorCode === null) return [];
  if (errorCode.startsWith("tls_")) {
    const [certificate] = certificateChain ?? [];
    const served =
      certificate === undefined ? [] : [`certificate ${certificate.subject} ${certificate.validTo}`];
    return [`tls ${url.host}`, ...served];
  }
  if (statusCode !== null) return statusCode >= FIRST_SERVER_ERROR ? [`outage ${url.host}`] : [];
  if (PAGE_FAILURES.has(errorCode)) return [];
  const listener = remoteAddress === null ? [] : [`address ${remoteAddress} ${portOf(url)}`];
  return [`outage ${url.host}`, ...listener];
}

function portOf({ port, protocol }: URL): string {
  if (port !== "") return port;
  return protocol === "https:" ? "443" : "80";
}
