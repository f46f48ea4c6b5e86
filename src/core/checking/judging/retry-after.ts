/** The Retry-After header (RFC 9110, section 10.2.3): a number of seconds or an HTTP date. */

/** Milliseconds since the epoch before which the server wants no request; null when the header is absent or invalid. */
export function parseRetryAfter(value: string | undefined, nowMs: number): number | null {
  const text = value?.trim() ?? "";
  if (/^\d{1,10}$/.test(text)) return nowMs + Number(text) * 1000;
  if (!/^[A-Z][a-z]{2,8},? .*(GMT|\d{4})$/.test(text)) return null;
  const atMs = Date.parse(text);
  return Number.isNaN(atMs) ? null : Math.max(nowMs, atMs);
}
