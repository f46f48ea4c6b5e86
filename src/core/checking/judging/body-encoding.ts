/**
 * Determines the character encoding of a body. In this order: the byte order mark, the charset of the Content-Type
 * header, for HTML a `<meta>` in the first 1024 bytes (HTML standard, "encoding sniffing algorithm"), for XML and XHTML
 * the XML declaration (XML 1.0, section 4.3.3), and otherwise UTF-8.
 */
import sniffHtmlEncoding from "html-encoding-sniffer";
import { MIMEType } from "whatwg-mimetype";
import { compileOnce } from "./compile-once.ts";

const UTF8 = "UTF-8";
const XML_DECLARATION =
  /^<\?xml\s[^>]{0,200}?encoding\s*=\s*(?:"(?<double>[A-Za-z][\w.-]*)"|'(?<single>[A-Za-z][\w.-]*)')/;
const DECLARATION_BYTES = 1024;

/** Returns a label that TextDecoder accepts. Ignores unknown labels, as browsers do. */
export function encodingOf(body: Uint8Array, contentType: readonly string[]): string {
  const { isHtml, isXml, charset } = declaredTypeOf(contentType);
  const sniffed = sniff(isHtml ? body : body.subarray(0, 3), charset);
  if (sniffed !== null) return sniffed;
  if (!isHtml && !isXml) return UTF8;
  return declaredEncoding(body) ?? UTF8;
}

/** What the header says; a body without a media type may be anything. */
interface DeclaredType {
  readonly isHtml: boolean;
  readonly isXml: boolean;
  readonly charset: string | undefined;
}

/** Most responses of most sites have one of few values. */
const KEPT_TYPES = 256;
const LONGEST_KEPT_TYPE = 200;
const keptTypeOf = compileOnce((value) => parseType([value]), KEPT_TYPES);

function declaredTypeOf(values: readonly string[]): DeclaredType {
  const [only] = values;
  return values.length === 1 && only !== undefined && only.length <= LONGEST_KEPT_TYPE
    ? keptTypeOf(only)
    : parseType(values);
}

/** Takes the last header value that is a media type (Fetch standard, "extract a MIME type"). */
function parseType(values: readonly string[]): DeclaredType {
  let extracted: MIMEType | null = null;
  for (const value of values) {
    const type = MIMEType.parse(value);
    if (type === null || type.essence === "*/*") continue;
    const charset = extracted?.essence === type.essence ? extracted.parameters.get("charset") : undefined;
    if (charset !== undefined && !type.parameters.has("charset")) type.parameters.set("charset", charset);
    extracted = type;
  }
  return {
    isHtml: extracted?.isHTML() ?? true,
    isXml: extracted?.isXML() ?? true,
    charset: knownLabel(extracted?.parameters.get("charset")),
  };
}

/** Returns null when neither a byte order mark, the header nor a `<meta>` names an encoding. */
function sniff(bytes: Uint8Array, fromHeader: string | undefined): string | null {
  const none = "none";
  const start = bytes.subarray(0, DECLARATION_BYTES);
  const options = { transportLayerEncodingLabel: fromHeader, defaultEncoding: none };
  try {
    const sniffed = sniffHtmlEncoding(start, options);
    return sniffed === none ? null : sniffed;
  } catch (error) {
    // The library reads past the end of a content attribute that ends in "charset".
    if (error instanceof TypeError) return fromHeader ?? null;
    throw error;
  }
}

function declaredEncoding(bytes: Uint8Array): string | undefined {
  const beginning = Buffer.from(
    bytes.buffer,
    bytes.byteOffset,
    Math.min(bytes.byteLength, DECLARATION_BYTES),
  );
  const { double, single } = XML_DECLARATION.exec(beginning.toString("latin1"))?.groups ?? {};
  const label = knownLabel(double ?? single);
  // This code read the declaration as single bytes, so the body cannot be UTF-16 even if it says so.
  return label?.startsWith("utf-16") ? UTF8 : label;
}

function knownLabel(label: string | undefined): string | undefined {
  if (label === undefined) return undefined;
  try {
    return new TextDecoder(label).encoding;
  } catch {
    return undefined;
  }
}
