/** Removes secrets from what the audit log keeps of a changed thing. */

/** Names of fields and of HTTP headers whose values are secret. */
const SECRET_NAME =
  /password|passphrase|secret|token|credential|authorization|cookie|private|api[-_]?key|^key$|hash$/i;
/** `routingKey`, `X-Auth-Key`. */
const SECRET_KEY_NAME = /([a-z]Key|[-_][Kk]ey)$/;
const NO_SECRET_NAMES = new Set(["siteKey", "messageKey"]);
const URL_PATTERN = /^[a-z][a-z0-9+.-]*:\/\//i;
const DEEPEST = 12;
const LONGEST_TEXT = 10_000;

const HIDDEN = "***";
/** In place of a secret that differs from the one before. */
const HIDDEN_CHANGED = "*** (changed)";

export interface Change {
  readonly before: unknown;
  readonly after: unknown;
}

export interface RedactionOptions {
  /** A channel's address is a secret: whoever knows it can post. Only scheme and host remain. */
  readonly secretAddresses: boolean;
}

/**
 * The states before and after a change without their secrets: values by the name of their field, and the passwords and
 * keys in URLs. That a secret changed stays visible. What is returned is plain JSON.
 */
export function withoutSecrets({ before, after }: Change, options: RedactionOptions): Change {
  return { before: hidden(before, undefined, options, 0), after: hidden(after, before, options, 0) };
}

function hidden(value: unknown, earlier: unknown, options: RedactionOptions, depth: number): unknown {
  if (depth > DEEPEST) return "…";
  if (value === undefined || value === null) return null;
  if (typeof value === "string") return hiddenText(value, options);
  if (typeof value === "boolean") return value;
  if (typeof value === "number" && Number.isFinite(value)) return value;
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) {
    const others: readonly unknown[] = Array.isArray(earlier) ? earlier : [];
    return value.map((entry, index) => hidden(entry, others[index], options, depth + 1));
  }
  if (typeof value !== "object") return String(value);
  const earlierFields = fieldsOf(earlier);
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => {
      const innerEarlier = earlierFields.get(name);
      if (isSecret(name, inner)) return [name, secretMark(inner, innerEarlier)];
      return [name, hidden(inner, innerEarlier, options, depth + 1)];
    }),
  );
}

function isSecret(name: string, value: unknown): boolean {
  if (value === null || typeof value === "boolean" || NO_SECRET_NAMES.has(name)) return false;
  return SECRET_NAME.test(name) || SECRET_KEY_NAME.test(name);
}

function secretMark(value: unknown, earlier: unknown): string {
  const changed = earlier !== undefined && JSON.stringify(value) !== JSON.stringify(earlier);
  return changed ? HIDDEN_CHANGED : HIDDEN;
}

function fieldsOf(value: unknown): ReadonlyMap<string, unknown> {
  return new Map(typeof value === "object" && value !== null ? Object.entries(value) : []);
}

function hiddenText(text: string, { secretAddresses }: RedactionOptions): string {
  const shown = URL_PATTERN.test(text) ? hiddenUrl(text, secretAddresses) : text;
  return shown.length > LONGEST_TEXT ? `${shown.slice(0, LONGEST_TEXT)}…` : shown;
}

/** A password, the values of query parameters with a secret's name, and the path where it is a secret. */
function hiddenUrl(text: string, secretAddress: boolean): string {
  const url = URL.parse(text);
  if (url === null) return HIDDEN;
  if (secretAddress) return `${url.protocol}//${url.host}/${HIDDEN}`;
  if (url.password !== "") url.password = HIDDEN;
  for (const name of new Set(url.searchParams.keys())) {
    if (isSecret(name, "")) url.searchParams.set(name, HIDDEN);
  }
  return url.href;
}
