/** The URL that a person means by what they typed: `example.org` is `https://example.org/`. Empty when nothing is. */
export function addressOf(text: string): string {
  const trimmed = text.trim();
  if (trimmed === "") return "";
  const withScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(trimmed)
    ? trimmed
    : `${usualScheme(trimmed)}://${trimmed}`;
  return URL.canParse(withScheme) ? new URL(withScheme).href : withScheme;
}

/** This machine and addresses of its network seldom speak TLS. */
function usualScheme(host: string): "http" | "https" {
  return /^(localhost|127\.|10\.|192\.168\.|\[::1\])/i.test(host) ? "http" : "https";
}
