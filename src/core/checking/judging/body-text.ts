/**
 * The text of a body, decoded only when needed. Searches the undecoded bytes where that gives the same answer.
 */
import { encodingOf } from "./body-encoding.ts";

const UTF8_LABEL = /^utf-?8$/i;
const HIDES_ASCII = /^(?:utf-16|iso-2022)/i;
const REPLACEMENT = "\ufffd";
/** At least 200 characters in any encoding; a character that is cut off at the end is never shown. */
const BEGINNING_BYTES = 2048;

/** Never throws: invalid bytes decode to U+FFFD, and an unknown encoding is treated as UTF-8. */
export class BodyText {
  readonly #body: Buffer;
  readonly #contentType: readonly string[];
  #encoding: BodyEncoding | null = null;
  #whole: string | null = null;
  #found: { readonly wanted: string; readonly at: number } | null = null;

  constructor(body: Uint8Array, contentType: readonly string[]) {
    this.#body = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
    this.#contentType = contentType;
  }

  /** The complete decoded text. */
  get whole(): string {
    this.#whole ??= this.#decode(this.#bytes);
    return this.#whole;
  }

  /** Enough of it to quote, without decoding the rest. */
  get beginning(): string {
    return this.#whole ?? this.first(BEGINNING_BYTES);
  }

  /** The text of the first `sizeBytes` bytes; a character that is cut off at the end decodes to U+FFFD. */
  first(sizeBytes: number): string {
    return this.#decode(this.#bytes.subarray(0, sizeBytes));
  }

  get isEmpty(): boolean {
    return this.#bytes.byteLength === 0;
  }

  includes(wanted: string): boolean {
    return this.#canSearchBytesFor(wanted) ? this.#indexInBytes(wanted) >= 0 : this.whole.includes(wanted);
  }

  /**
   * Returns the number of bytes from the first occurrence of a printable ASCII text to the end; 0 when there is none.
   * Returns the size of the body when its bytes do not show the text: in UTF-16, and in ISO-2022-JP, where escape
   * sequences may separate characters. Every other encoding of pages keeps ASCII as it is.
   */
  bytesFrom(ascii: string): number {
    if (HIDES_ASCII.test(this.#detected.label)) return this.#bytes.byteLength;
    const at = this.#indexInBytes(ascii);
    return at < 0 ? 0 : this.#bytes.byteLength - at;
  }

  /** Whether a part of it can be decoded without the rest. */
  get isDecodedInParts(): boolean {
    return this.#detected.decoder === null;
  }

  get sizeBytes(): number {
    return this.#bytes.byteLength;
  }

  /** The text from the first occurrence of `wanted` to the end; null when there is none. */
  from(wanted: string): string | null {
    if (this.#canSearchBytesFor(wanted)) {
      const at = this.#indexInBytes(wanted);
      return at < 0 ? null : this.#bytes.toString("utf8", at);
    }
    const at = this.whole.indexOf(wanted);
    return at < 0 ? null : this.whole.slice(at);
  }

  /** Remembers the last answer: the searcher estimates a search first and then runs it. */
  #indexInBytes(wanted: string): number {
    if (this.#found?.wanted !== wanted) {
      this.#found = { wanted, at: this.#bytes.indexOf(wanted, 0, "utf8") };
    }
    return this.#found.at;
  }

  #decode(bytes: Buffer): string {
    const { decoder } = this.#detected;
    return decoder === null ? bytes.toString("utf8") : decoder.decode(bytes);
  }

  /** Without the byte order mark. */
  get #bytes(): Buffer {
    return this.#detected.bytes;
  }

  /** Detected on first use: most judgements of a failed attempt never read the text. */
  get #detected(): BodyEncoding {
    this.#encoding ??= detect(this.#body, this.#contentType);
    return this.#encoding;
  }

  /**
   * In UTF-8 the bytes of one character never occur inside another (RFC 3629, section 1), so a byte search finds exactly
   * the occurrences in the decoded text. Exceptions are U+FFFD, which invalid bytes decode to, and lone surrogates,
   * which UTF-8 cannot encode.
   */
  #canSearchBytesFor(wanted: string): boolean {
    return (
      this.#whole === null && this.isDecodedInParts && wanted.isWellFormed() && !wanted.includes(REPLACEMENT)
    );
  }
}

interface BodyEncoding {
  readonly label: string;
  /** Null for UTF-8. */
  readonly decoder: InstanceType<typeof TextDecoder> | null;
  /** Without the byte order mark. */
  readonly bytes: Buffer;
}

function detect(body: Buffer, contentType: readonly string[]): BodyEncoding {
  const label = encodingOf(body, contentType);
  return { label, decoder: decoderFor(label), bytes: body.subarray(byteOrderMarkBytes(body)) };
}

function byteOrderMarkBytes(bytes: Buffer): number {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return 3;
  const isUtf16 = (bytes[0] === 0xfe && bytes[1] === 0xff) || (bytes[0] === 0xff && bytes[1] === 0xfe);
  return isUtf16 ? 2 : 0;
}

/** Returns null for UTF-8, which Buffer decodes faster. */
function decoderFor(label: string): InstanceType<typeof TextDecoder> | null {
  if (UTF8_LABEL.test(label)) return null;
  try {
    return new TextDecoder(label);
  } catch {
    return null;
  }
}
