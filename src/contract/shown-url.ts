/** A URL as it may be shown: with its user, without its password. */

/**
 * `https://user:***@example.org/`. A text that is no URL but may hold a password is hidden up to its last `@`. Never
 * throws.
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
