/** The documents of one view of a status page, each made once, when it is first asked for. */
import { createHash } from "node:crypto";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import type { StatusPageView } from "../../../core/status-pages/page-view.ts";

const compressBrotli = promisify(brotliCompress);
const compressGzip = promisify(gzip);

/** A third of the time of the best quality, for a few per cent more bytes. */
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 6 } };

export type Encoding = "br" | "gzip" | "identity";

export interface Document {
  readonly body: Buffer;
  /** A strong one: of the bytes before compression. */
  readonly etag: string;
  readonly encoding: Encoding;
}

export class Rendering {
  readonly view: StatusPageView;
  readonly #documents = new Map<string, Promise<Document>>();

  constructor(view: StatusPageView) {
    this.view = view;
  }

  /** Returns a document by its name, made by `make` when there is none yet. */
  async document(
    name: string,
    encoding: Encoding,
    make: (view: StatusPageView) => string,
  ): Promise<Document> {
    const key = `${encoding} ${name}`;
    const known = this.#documents.get(key);
    if (known !== undefined) return await known;
    const made = encoded(make(this.view), encoding);
    this.#documents.set(key, made);
    return await made;
  }
}

async function encoded(text: string, encoding: Encoding): Promise<Document> {
  const plain = Buffer.from(text);
  const digest = createHash("sha256").update(plain).digest("base64url").slice(0, 22);
  const etag = encoding === "identity" ? `"${digest}"` : `"${digest}-${encoding}"`;
  if (encoding === "br") return { body: await compressBrotli(plain, BROTLI), etag, encoding };
  if (encoding === "gzip") return { body: await compressGzip(plain), etag, encoding };
  return { body: plain, etag, encoding };
}

/** The best encoding that a client accepts (RFC 9110, section 12.5.3; quality values but 0 are ignored). */
export function encodingFor(acceptEncoding: string | undefined): Encoding {
  const accepted = (acceptEncoding ?? "")
    .toLowerCase()
    .split(",")
    .map((entry) => entry.trim().split(";"))
    .filter(([, quality]) => !/^\s*q=0(?:\.0*)?\s*$/.test(quality ?? ""))
    .map(([name]) => name?.trim());
  if (accepted.includes("br")) return "br";
  return accepted.includes("gzip") ? "gzip" : "identity";
}
