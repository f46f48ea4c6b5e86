/**
 * The URL that a person means by what they typed: `example.org` is `https://example.org/`, and so is `https:/example.org`.
 * Empty when nothing is typed; null for what no website can be reached by.
 */
export function addressOf(text: string): string | null {
  const trimmed = text.trim();
  if (trimmed === "") return "";
  if (/\s/.test(trimmed)) return null;
  const [, scheme, rest = ""] = /^([a-z][a-z0-9+.-]*):\/+(.*)$/i.exec(trimmed) ?? [];
  if (scheme !== undefined && !/^https?$/i.test(scheme)) return null;
  const whole = scheme === undefined ? `${usualScheme(trimmed)}://${trimmed}` : `${scheme}://${rest}`;
  return URL.canParse(whole) ? new URL(whole).href : null;
}

/** This machine and addresses of its network seldom speak TLS. */
function usualScheme(host: string): "http" | "https" {
  return /^(localhost|127\.|10\.|192\.168\.|\[::1\])/i.test(host) ? "http" : "https";
}
