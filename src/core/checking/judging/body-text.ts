/**
 * The text of a body, decoded only when needed. Searches the undecoded bytes where that gives the same answer.
 */
import { encodingOf } from "./body-encoding.ts";

const UTF8_LABEL = /^utf-?8$/i;
const REPLACEMENT = "\ufffd";
/** At least 200 characters in any encoding; a character that is cut off at the end is never shown. */
const BEGINNING_BYTES = 2048;

/** Never throws: invalid bytes decode to U+FFFD, and an unknown encoding is treated as UTF-8. */
export class BodyText {
  /** The body without its byte order mark. */
  readonly #bytes: Buffer;
  /** Null for UTF-8. */
  readonly #decoder: InstanceType<typeof TextDecoder> | null;
  #whole: string | null = null;

  constructor(body: Uint8Array, contentType: readonly string[]) {
    const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
    this.#bytes = bytes.subarray(byteOrderMarkBytes(bytes));
    this.#decoder = decoderFor(encodingOf(bytes, contentType));
  }

  /** The complete decoded text. */
  get whole(): string {
    this.#whole ??= this.#decoder === null ? this.#bytes.toString("utf8") : this.#decoder.decode(this.#bytes);
    return this.#whole;
  }

  /** Enough of it to quote, without decoding the rest. */
  get beginning(): string {
    if (this.#whole !== null) return this.#whole;
    const bytes = this.#bytes.subarray(0, BEGINNING_BYTES);
    return this.#decoder === null ? bytes.toString("utf8") : this.#decoder.decode(bytes);
  }

  get isEmpty(): boolean {
    return this.#bytes.byteLength === 0;
  }

  includes(wanted: string): boolean {
    return this.#canSearchBytesFor(wanted)
      ? this.#bytes.includes(wanted, 0, "utf8")
      : this.whole.includes(wanted);
  }

  /** The text from the first occurrence of `wanted` to the end; null when there is none. */
  from(wanted: string): string | null {
    if (this.#canSearchBytesFor(wanted)) {
      const at = this.#bytes.indexOf(wanted, 0, "utf8");
      return at < 0 ? null : this.#bytes.toString("utf8", at);
    }
    const at = this.whole.indexOf(wanted);
    return at < 0 ? null : this.whole.slice(at);
  }

  /**
   * In UTF-8 the bytes of one character never occur inside another (RFC 3629, section 1), so a byte search finds exactly
   * the occurrences in the decoded text. Exceptions are U+FFFD, which invalid bytes decode to, and lone surrogates,
   * which UTF-8 cannot encode.
   */
  #canSearchBytesFor(wanted: string): boolean {
    return (
      this.#whole === null && this.#decoder === null && wanted.isWellFormed() && !wanted.includes(REPLACEMENT)
    );
  }
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
