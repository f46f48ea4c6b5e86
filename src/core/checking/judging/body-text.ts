/**
 * A body's text. The encoding is that of a byte order mark, else of the Content-Type, else of a `<meta>` in the
 * first 1024 bytes (the order of the WHATWG Encoding and HTML standards), else UTF-8. It is decoded as far as it is
 * asked for: what is looked for is first looked for in the bytes.
 */

const META_PRESCAN_BYTES = 1024;
const CHARSET_PARAMETER = /;\s*charset\s*=\s*(?:"([^"]*)"|([^\s;]+))/i;
const META_CHARSET = /<meta\s[^>]*?charset\s*=\s*["']?\s*([^\s"'/>;]+)/i;
const UTF8_LABEL = /^utf-?8$/i;
const REPLACEMENT = "\ufffd";

/** Never fails: bytes that are not valid in the encoding become U+FFFD, an unknown encoding is taken for UTF-8. */
export class BodyText {
  /** Without a byte order mark. */
  readonly #bytes: Buffer;
  /** Null for UTF-8. */
  readonly #decoder: InstanceType<typeof TextDecoder> | null;
  #whole: string | null = null;

  constructor(body: Uint8Array, contentType: string | undefined) {
    const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
    const mark = byteOrderMark(bytes);
    this.#bytes = mark === undefined ? bytes : bytes.subarray(mark.sizeBytes);
    this.#decoder = decoderFor(mark?.encoding ?? headerCharset(contentType) ?? metaCharset(bytes) ?? "utf-8");
  }

  /** All of it. */
  get whole(): string {
    this.#whole ??= this.#decoder === null ? this.#bytes.toString("utf8") : this.#decoder.decode(this.#bytes);
    return this.#whole;
  }

  get isEmpty(): boolean {
    return this.#bytes.byteLength === 0;
  }

  includes(wanted: string): boolean {
    return this.#canSearchBytesFor(wanted)
      ? this.#bytes.includes(wanted, 0, "utf8")
      : this.whole.includes(wanted);
  }

  /** From the first place on where `wanted` stands; null where it stands nowhere. */
  from(wanted: string): string | null {
    if (this.#canSearchBytesFor(wanted)) {
      const at = this.#bytes.indexOf(wanted, 0, "utf8");
      return at < 0 ? null : this.#bytes.toString("utf8", at);
    }
    const at = this.whole.indexOf(wanted);
    return at < 0 ? null : this.whole.slice(at);
  }

  /**
   * In UTF-8 no character's bytes are part of another's, so a text stands in the bytes exactly where it stands in the
   * decoded text; unless it holds what invalid bytes become, or what can't be encoded.
   */
  #canSearchBytesFor(wanted: string): boolean {
    return (
      this.#whole === null && this.#decoder === null && wanted.isWellFormed() && !wanted.includes(REPLACEMENT)
    );
  }
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
  if (UTF8_LABEL.test(label)) return null;
  try {
    return new TextDecoder(label);
  } catch {
    return null;
  }
}
