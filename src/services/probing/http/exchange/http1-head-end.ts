/** Where the head of an HTTP/1.1 response ends, and whether it is one at all. */
import { ProbeError } from "../../probe-error.ts";

const HTTP = Buffer.from("HTTP/");
const LF = 0x0a;
const CR = 0x0d;
/** The bit in which an ASCII lower-case letter differs from its capital. */
const CASE_BIT = 0x20;

/** The index behind the empty line that ends a head; -1 where it has not come yet. */
export function endOfHead(bytes: Buffer, from: number): number {
  for (let at = bytes.indexOf(LF, from); at >= 0; at = bytes.indexOf(LF, at + 1)) {
    if (bytes[at + 1] === LF) return at + 2;
    if (bytes[at + 1] === CR && bytes[at + 2] === LF) return at + 3;
  }
  return -1;
}

/** Says so at once where a server speaks something else, instead of waiting for the end of its head. */
export function refuseOtherProtocols(bytes: Buffer, from: number): void {
  const length = Math.min(HTTP.byteLength, bytes.byteLength - from);
  for (let index = 0; index < length; index += 1) {
    // Some servers write it in lower case.
    if (((bytes[from + index] ?? 0) & ~CASE_BIT) !== ((HTTP[index] ?? 0) & ~CASE_BIT)) {
      const begin = JSON.stringify(bytes.toString("latin1", from, Math.min(bytes.byteLength, from + 60)));
      throw new ProbeError("protocol_error", `the server does not speak HTTP/1.1: it says ${begin}`);
    }
  }
}
