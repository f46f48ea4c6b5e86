/** As much of the PostgreSQL protocol as serving one engine needs (manual, "Message Formats"). */

const PROTOCOL_3 = 196_608;
const SSL_REQUEST = 80_877_103;
const GSS_REQUEST = 80_877_104;

export type FrontendMessage =
  | { readonly kind: "startup" }
  /** TLS or GSS asked for: the answer is one letter. */
  | { readonly kind: "encryption" }
  | { readonly kind: "terminate" }
  /** Anything for the engine; `endsBatch` where an answer up to ReadyForQuery is due. */
  | { readonly kind: "work"; readonly bytes: Uint8Array; readonly endsBatch: boolean };

const LARGEST_MESSAGE_BYTES = 1 << 30;

/** Cuts a client's bytes into messages. */
export class FrontendReader {
  #chunks: Buffer = Buffer.alloc(0);
  #started = false;

  /** The complete messages so far. Throws `RangeError` for what is no PostgreSQL client. */
  *read(chunk: Uint8Array): Generator<FrontendMessage> {
    this.#chunks = Buffer.concat([this.#chunks, chunk]);
    for (;;) {
      const headerBytes = this.#started ? 5 : 8;
      if (this.#chunks.length < headerBytes) return;
      const length = this.#started ? this.#chunks.readInt32BE(1) + 1 : this.#chunks.readInt32BE(0);
      if (length < headerBytes || length > LARGEST_MESSAGE_BYTES)
        throw new RangeError("not a PostgreSQL client");
      if (this.#chunks.length < length) return;
      const bytes = this.#chunks.subarray(0, length);
      this.#chunks = this.#chunks.subarray(length);
      yield this.#started ? workMessage(bytes) : this.#startupMessage(bytes);
    }
  }

  #startupMessage(bytes: Buffer): FrontendMessage {
    const code = bytes.readInt32BE(4);
    if (code === SSL_REQUEST || code === GSS_REQUEST) return { kind: "encryption" };
    if (code !== PROTOCOL_3) return { kind: "terminate" };
    this.#started = true;
    return { kind: "startup" };
  }
}

function workMessage(bytes: Buffer): FrontendMessage {
  const type = String.fromCharCode(bytes.readUInt8(0));
  if (type === "X") return { kind: "terminate" };
  // Query, Sync, FunctionCall and Flush ask for an answer; the rest waits for one of them.
  return { kind: "work", bytes, endsBatch: "QSFH".includes(type) };
}

/** What a client is told when it comes: welcome, the settings it must know, ready. */
export function greeting(): Uint8Array {
  const parameters = {
    server_version: "18.0 (PGlite)",
    server_encoding: "UTF8",
    client_encoding: "UTF8",
    DateStyle: "ISO, MDY",
    TimeZone: "UTC",
    integer_datetimes: "on",
    standard_conforming_strings: "on",
  };
  return Buffer.concat([
    message("R", Buffer.alloc(4)),
    ...Object.entries(parameters).map(([name, value]) => message("S", Buffer.from(`${name}\0${value}\0`))),
    message("K", Buffer.alloc(8)),
    message("Z", Buffer.from("I")),
  ]);
}

/** An error that ends the connection. */
export function fatalError(code: string, text: string): Uint8Array {
  return message("E", Buffer.from(`SFATAL\0VFATAL\0C${code}\0M${text}\0\0`));
}

function message(type: string, body: Uint8Array): Uint8Array {
  const header = Buffer.alloc(5);
  header.write(type, 0, "latin1");
  header.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([header, body]);
}

export interface EngineAnswer {
  /** For the client who asked. */
  readonly own: Uint8Array;
  /** Notifications, for everyone. */
  readonly notifications: Uint8Array;
  /** Of the last ReadyForQuery: `idle`, or within a transaction; null where none came. */
  readonly state: "idle" | "transaction" | null;
  /** What the engine died of; null while it lives. */
  readonly panic: string | null;
}

/** Sorts what the engine said. */
export function sortAnswer(bytes: Buffer): EngineAnswer {
  const own: Buffer[] = [];
  const notifications: Buffer[] = [];
  let state: EngineAnswer["state"] = null;
  let panic: string | null = null;
  for (let at = 0; at + 5 <= bytes.length; ) {
    const type = String.fromCharCode(bytes.readUInt8(at));
    const end = at + 1 + bytes.readInt32BE(at + 1);
    const whole = bytes.subarray(at, end);
    if (type === "A") notifications.push(whole);
    else own.push(whole);
    if (type === "E") panic ??= fatalReason(whole);
    if (type === "Z") state = String.fromCharCode(bytes.readUInt8(at + 5)) === "I" ? "idle" : "transaction";
    at = end;
  }
  return { own: Buffer.concat(own), notifications: Buffer.concat(notifications), state, panic };
}

/** The text of an error that its session does not survive; null for any other. */
function fatalReason(error: Buffer): string | null {
  const fields = error.toString("utf8", 5).split("\0");
  const field = (name: string): string => fields.find((each) => each.startsWith(name))?.slice(1) ?? "";
  return ["FATAL", "PANIC"].includes(field("V")) ? field("M") : null;
}

export const ENCRYPTION_REFUSED = Buffer.from("N");
export const ROLLBACK = message("Q", Buffer.from("ROLLBACK\0"));
