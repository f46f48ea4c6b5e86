/** The closed list of reasons for which a check is not `up`. docs/check-errors.md explains each. */
import { z } from "zod";

export const checkErrorCodes = [
  "dns_not_found",
  "dns_timeout",
  "dns_failed",
  "connect_refused",
  "connect_timeout",
  "connect_unreachable",
  "connect_reset",
  "proxy_failed",
  "tls_expired",
  "tls_not_yet_valid",
  "tls_untrusted",
  "tls_hostname",
  "tls_protocol",
  "tls_timeout",
  "first_byte_timeout",
  "body_timeout",
  "body_too_large",
  "body_decoding",
  "headers_too_large",
  "redirect_loop",
  "redirect_limit",
  "redirect_invalid",
  "protocol_error",
  "connection_closed",
  "status_unexpected",
  "retry_later",
  "regexp_missing",
  "regexp_present",
  "text_missing",
  "json_mismatch",
  "header_mismatch",
  "final_url_mismatch",
  "response_slow",
  "certificate_expiring",
  "target_blocked",
  "internal",
] as const;

export const checkErrorCodeSchema = z.enum(checkErrorCodes);
export type CheckErrorCode = (typeof checkErrorCodes)[number];
