/** What to look at first, by the cause of an incident. Each is an imperative that completes "Next:". */
import { type CheckErrorCode, checkErrorCodeSchema } from "../../../contract/checks/check-error-code.ts";

const NEXT_STEPS: Readonly<Record<CheckErrorCode, string>> = {
  dns_not_found: "check its DNS records and the domain",
  dns_timeout: "check its name servers",
  dns_failed: "check its name servers",
  connect_refused: "start the server: nothing listens there",
  connect_timeout: "check the server, its network and firewall",
  connect_unreachable: "check the route to the server",
  connect_reset: "check the server or the proxy before it",
  proxy_failed: "check the proxy of the monitor",
  tls_expired: "renew the certificate",
  tls_not_yet_valid: "check the certificate and the clocks",
  tls_untrusted: "serve the whole certificate chain",
  tls_hostname: "serve a certificate for this name",
  tls_protocol: "check the server's TLS versions",
  tls_timeout: "check the server's load",
  first_byte_timeout: "check the application: it does not answer",
  headers_timeout: "check the application: it does not answer",
  body_timeout: "check the server's load",
  body_too_large: "check what the page delivers",
  body_decoding: "check the server's compression",
  headers_too_large: "check the cookies it sets",
  redirect_loop: "check its redirects",
  redirect_limit: "check its redirects",
  redirect_invalid: "check its redirects",
  protocol_error: "check the server's log",
  connection_closed: "check the server's log for a crash",
  status_unexpected: "check the application's log",
  retry_later: "see whether it is being maintained",
  regexp_missing: "look at the page",
  regexp_present: "look at the page",
  text_missing: "look at the page",
  text_present: "look at the page",
  json_mismatch: "look at what it returns",
  header_mismatch: "look at the headers it returns",
  final_url_mismatch: "check its redirects",
  body_truncated: "check the server's log",
  search_limit: "simplify the site's pattern",
  response_slow: "check the server's load",
  certificate_expiring: "renew the certificate",
  target_blocked: "see checks.targets in the settings",
  internal: "run sitewire check on it",
};

const FIRST_SERVER_ERROR = 500;

const STATUS_STEPS: Readonly<Record<number, string>> = {
  401: "check the check's credentials",
  403: "check the access rules",
  404: "check the URL and the last deployment",
  410: "check the URL and the last deployment",
  429: "check its rate limit",
  502: "check the application behind the proxy",
  503: "check the application and its load",
  504: "check the application behind the proxy",
};

/** Null for a code that is not one of a check. */
export function nextStepFor(code: string | null, statusCode: number | null): string | null {
  const known = checkErrorCodeSchema.safeParse(code);
  if (!known.success) return null;
  if (known.data !== "status_unexpected" || statusCode === null) return NEXT_STEPS[known.data];
  const step = STATUS_STEPS[statusCode];
  if (step !== undefined) return step;
  return statusCode >= FIRST_SERVER_ERROR
    ? NEXT_STEPS.status_unexpected
    : "check the URL and the server's rules";
}
