/**
 * A body's text. The encoding is that of a byte order mark, else of the Content-Type, else of a `<meta>` in the
 * first 1024 bytes (the order of the WHATWG Encoding and HTML standards), else UTF-8.
 */

const META_PRESCAN_BYTES = 1024;
const CHARSET_PARAMETER = /;\s*charset\s*=\s*(?:"([^"]*)"|([^\s;]+))/i;
const META_CHARSET = /<meta\s[^>]*?charset\s*=\s*["']?\s*([^\s"'/>;]+)/i;

/** Never fails: bytes that are not valid in the encoding become U+FFFD, an unknown encoding is taken for UTF-8. */
export function decodeBody(body: Uint8Array, contentType: string | undefined): string {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const mark = byteOrderMark(bytes);
  const label = mark?.encoding ?? headerCharset(contentType) ?? metaCharset(bytes) ?? "utf-8";
  const text = mark === undefined ? bytes : bytes.subarray(mark.sizeBytes);
  const decoder = decoderFor(label);
  return decoder === null ? text.toString("utf8") : decoder.decode(text);
}

function byteOrderMark(bytes: Buffer): { encoding: string; sizeBytes: number } | undefined {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return { encoding: "utf-8", sizeBytes: 3 };
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return { encoding: "utf-16be", sizeBytes: 2 };
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return { encoding: "utf-16le", sizeBytes: 2 };
  return undefined;
}

function headerCharset(contentType: string | undefined): string | undefined {
  if (contentType === undefined) return undefined;
  const match = CHARSET_PARAMETER.exec(contentType);
  return match?.[1] ?? match?.[2];
}

function metaCharset(bytes: Buffer): string | undefined {
  const label = META_CHARSET.exec(bytes.toString("latin1", 0, META_PRESCAN_BYTES))?.[1];
  // A page that could be read as far as this <meta> is not UTF-16, whatever it says (HTML standard, "prescan").
  return label !== undefined && /^utf-?16/i.test(label) ? "utf-8" : label;
}

/** Null for UTF-8, which Buffer decodes faster. */
function decoderFor(label: string): InstanceType<typeof TextDecoder> | null {
  if (/^utf-?8$/i.test(label)) return null;
  try {
    return new TextDecoder(label);
  } catch {
    return null;
  }
}
