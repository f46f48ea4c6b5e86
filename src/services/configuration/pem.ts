/** Normalises PEM text from environment variables to the strict form of RFC 7468. */

const BLOCK_PATTERN = /-----BEGIN ([A-Z0-9 ]+)-----([\s\S]*?)-----END \1-----/g;
const LINE_LENGTH = 64;

/** Whether the text is PEM and not a path. */
export function looksLikePem(text: string): boolean {
  return text.includes("-----BEGIN ");
}

/**
 * Returns every block of the text in the form of RFC 7468. Line breaks may be real, literal `\n`, or spaces. Returns null
 * when there is no complete block.
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
