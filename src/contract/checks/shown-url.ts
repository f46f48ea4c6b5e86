/** Formats a URL for display, without its password. */

/**
 * Returns, for example, `https://user:***@example.org/`. In text that is not a URL but may contain a password, hides
 * everything up to the last `@`. Never throws.
 */
export function shownUrl(text: string): string {
  const url = URL.parse(text);
  if (url === null || !/^[a-z][a-z0-9+.-]*:\/\/[^/]/i.test(text)) {
    const scheme = /^[a-z]+:\/\//i.exec(text)?.[0] ?? "";
    return text.includes("@") ? `${scheme}***@${text.slice(text.lastIndexOf("@") + 1)}` : text;
  }
  if (url.password === "") return text;
  url.password = "***";
  return url.href;
}
