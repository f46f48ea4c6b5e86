/** Decodes a header's value. On the wire it is bytes; RFC 9110, section 5.5, defines only the ASCII ones. */

// biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII is what it is about.
const ASCII = /^[\u0000-\u007f]*$/;
const utf8 = new TextDecoder("utf-8", { fatal: true });

/** `latin1` has a character for each byte. UTF-8 where the bytes are that, as servers mean it, else Latin-1. */
export function decodeFieldValue(latin1: string): string {
  if (ASCII.test(latin1)) return latin1;
  try {
    return utf8.decode(Buffer.from(latin1, "latin1"));
  } catch {
    return latin1;
  }
}
