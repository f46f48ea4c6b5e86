/** Removes secrets from text that a server sent, before it is recorded. */

const REDACTED = "[redacted]";
/** Shorter values occur in ordinary text by chance. */
const SHORTEST_KNOWN_SECRET = 4;

const SECRET_WORD =
  "(?:passw(?:or)?d|passwd|pwd|passphrase|secret|token|api[-_ ]?key|access[-_]?key|private[-_]?key|authorization|session[-_]?id|sid|csrf|xsrf|nonce|cookie|credentials?|client[-_]?secret|signature)";
const NAME_PART = "[\\w.-]{0,40}";
const VALUE = String.raw`(?:"[^"\n]{0,4096}"?|'[^'\n]{0,4096}'?|[^\s,;&<>"'}\]]{1,4096})`;

/** Every quantifier is bounded, and the text is short, so that a hostile page cannot make them slow. */
const PATTERNS: readonly (readonly [RegExp, string])[] = [
  [
    /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[\s\S]{0,8192}?(?:-----END [A-Z ]{0,40}PRIVATE KEY-----|$)/g,
    REDACTED,
  ],
  // JSON Web Tokens (RFC 7519).
  [/\beyJ[\w-]{5,4096}\.[\w-]{2,4096}(?:\.[\w-]{0,4096})?/g, REDACTED],
  [/\b(Bearer|Basic)\s{1,4}[\w+/=.~-]{4,4096}/gi, `$1 ${REDACTED}`],
  // Keys of well-known services.
  [/\b(?:AKIA|ASIA)[0-9A-Z]{12,20}\b/g, REDACTED],
  [/\b(?:gh[opsur]_|github_pat_|glpat-|xox[abprs]-|[sr]k_(?:live|test)_|AIza|swt_)[\w-]{8,255}/g, REDACTED],
  // Passwords in URLs.
  [/\b([a-z][a-z0-9+.-]{1,20}:\/\/[^\s/:@"'<>]{0,100}):[^\s/@"'<>]{1,200}@/gi, `$1:${REDACTED}@`],
  // <input name="csrf_token" value="…">
  [
    new RegExp(
      String.raw`(\bname\s{0,4}=\s{0,4}["']?${NAME_PART}${SECRET_WORD}${NAME_PART}["']?[^<>]{0,200}?\b(?:value|content)\s{0,4}=\s{0,4})${VALUE}`,
      "gi",
    ),
    `$1"${REDACTED}"`,
  ],
  // password=…, "apiKey": "…", token: …
  [
    new RegExp(
      String.raw`(${NAME_PART}${SECRET_WORD}${NAME_PART}["']?\s{0,4}(?:=>|[:=])\s{0,4})${VALUE}`,
      "gi",
    ),
    `$1"${REDACTED}"`,
  ],
];

/**
 * Replaces secrets by `[redacted]`: those that the site's settings name, and what looks like one by its name or form.
 * `text` should be short (a few KiB).
 */
export function withoutSecretText(text: string, known: readonly string[]): string {
  let shown = text;
  for (const secret of known) {
    if (secret.length < SHORTEST_KNOWN_SECRET) continue;
    for (const form of new Set([
      secret,
      encodeURIComponent(secret.toWellFormed()),
      JSON.stringify(secret).slice(1, -1),
    ])) {
      shown = shown.replaceAll(form, REDACTED);
    }
  }
  for (const [pattern, replacement] of PATTERNS) shown = shown.replace(pattern, replacement);
  return shown;
}

/** Returns a URL without credentials and without the values of its query parameters. */
export function withoutSecretUrl(url: string, known: readonly string[]): string {
  const parsed = URL.parse(url);
  if (parsed === null) return withoutSecretText(url, known);
  parsed.username = "";
  parsed.password = "";
  const names = [...new Set(parsed.searchParams.keys())];
  for (const name of names) parsed.searchParams.set(name, "…");
  if (parsed.hash !== "") parsed.hash = "";
  return withoutSecretText(decodedEllipsis(parsed.href), known);
}

function decodedEllipsis(href: string): string {
  return href.replaceAll("%E2%80%A6", "…");
}
