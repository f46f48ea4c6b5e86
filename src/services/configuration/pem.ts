/** PEM text in the forms in which people store it in an environment variable (RFC 7468 for the strict one). */

const BLOCK_PATTERN = /-----BEGIN ([A-Z0-9 ]+)-----([\s\S]*?)-----END \1-----/g;
const LINE_LENGTH = 64;

/** Whether the text holds PEM rather than a path. */
export function looksLikePem(text: string): boolean {
  return text.includes("-----BEGIN ");
}

/**
 * Every block of the text, rewritten as RFC 7468 has it. Line breaks may be real, literal `\n`, or turned into
 * spaces. Returns null when there is no complete block.
 */
export function normalisePem(text: string): string | null {
  const unescaped = text.replaceAll("\\r", "").replaceAll("\\n", "\n");
  const blocks = [...unescaped.matchAll(BLOCK_PATTERN)].map(([, label = "", body = ""]) => {
    const base64 = body.replaceAll(/\s+/g, "");
    const lines = base64.match(new RegExp(`.{1,${LINE_LENGTH}}`, "g")) ?? [];
    return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ""].join("\n");
  });
  return blocks.length === 0 ? null : blocks.join("");
}
