/**
 * A body's text, decoded only as far as it is needed: what can be found in the bytes is looked for there.
 */
import { encodingOf } from "./body-encoding.ts";

const UTF8_LABEL = /^utf-?8$/i;
const REPLACEMENT = "\ufffd";
/** At least 200 characters in any encoding; a character that is cut off at the end is never shown. */
const BEGINNING_BYTES = 2048;

/** Never fails: bytes that are not valid in the encoding become U+FFFD, an unknown encoding is taken for UTF-8. */
export class BodyText {
  /** Without the byte order mark. */
  readonly #bytes: Buffer;
  /** Null for UTF-8. */
  readonly #decoder: InstanceType<typeof TextDecoder> | null;
  #whole: string | null = null;

  constructor(body: Uint8Array, contentType: readonly string[]) {
    const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
    this.#bytes = bytes.subarray(byteOrderMarkBytes(bytes));
    this.#decoder = decoderFor(encodingOf(bytes, contentType));
  }

  /** All of it. */
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

function byteOrderMarkBytes(bytes: Buffer): number {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return 3;
  const isUtf16 = (bytes[0] === 0xfe && bytes[1] === 0xff) || (bytes[0] === 0xff && bytes[1] === 0xfe);
  return isUtf16 ? 2 : 0;
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
