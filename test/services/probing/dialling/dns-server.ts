// A name server on UDP that answers as a test tells it, or not at all.
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { isIPv4 } from "node:net";
import { onTestFinished } from "vitest";

export type DnsAnswer =
  /** The addresses of both families; each question gets those of its own. */
  | { readonly addresses: readonly string[] }
  | { readonly code: "NXDOMAIN" | "SERVFAIL" | "REFUSED" }
  | "silence";

export interface DnsQuestion {
  readonly name: string;
  readonly type: "A" | "AAAA";
}

export interface DnsServer {
  /** `address:port`, as the resolver takes it. */
  readonly server: string;
  /** Asked so far. */
  readonly questions: readonly DnsQuestion[];
}

const RESPONSE_CODES = { NXDOMAIN: 3, SERVFAIL: 2, REFUSED: 5 } as const;

export async function dnsServer(answer: (question: DnsQuestion) => DnsAnswer): Promise<DnsServer> {
  const questions: DnsQuestion[] = [];
  const socket = createSocket("udp4");
  socket.on("message", (message, { port, address }) => {
    const { name, type, end } = readQuestion(message);
    if (type !== "A" && type !== "AAAA") return;
    questions.push({ name, type });
    const told = answer({ name, type });
    if (told === "silence") return;
    socket.send(response(message.subarray(0, end), type, told), port, address);
  });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  onTestFinished(() => {
    socket.close();
  });
  return { server: `127.0.0.1:${socket.address().port}`, questions };
}

function readQuestion(message: Buffer): { name: string; type: string; end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = message[at] ?? 0; length > 0; length = message[at] ?? 0) {
    labels.push(message.toString("latin1", at + 1, at + 1 + length));
    at += length + 1;
  }
  const type = message.readUInt16BE(at + 1);
  return {
    name: labels.join(".").toLowerCase(),
    type: type === 1 ? "A" : type === 28 ? "AAAA" : "",
    end: at + 5,
  };
}

function response(question: Buffer, type: "A" | "AAAA", answer: Exclude<DnsAnswer, "silence">): Buffer {
  const header = Buffer.from(question.subarray(0, 12));
  header.writeUInt16BE(0x8180 | ("code" in answer ? RESPONSE_CODES[answer.code] : 0), 2);
  const addresses =
    "code" in answer ? [] : answer.addresses.filter((address) => isIPv4(address) === (type === "A"));
  header.writeUInt16BE(addresses.length, 6);
  header.writeUInt16BE(0, 8);
  header.writeUInt16BE(0, 10);
  const records = addresses.map((address) => {
    const data = type === "A" ? Buffer.from(address.split(".").map(Number)) : ipv6Bytes(address);
    const record = Buffer.alloc(12);
    record.writeUInt16BE(0xc00c, 0);
    record.writeUInt16BE(type === "A" ? 1 : 28, 2);
    record.writeUInt16BE(1, 4);
    record.writeUInt32BE(60, 6);
    record.writeUInt16BE(data.byteLength, 10);
    return Buffer.concat([record, data]);
  });
  return Buffer.concat([header, question.subarray(12), ...records]);
}

/** `address` in full or with one `::`. */
function ipv6Bytes(address: string): Buffer {
  const [head = "", tail] = address.split("::");
  const front = head === "" ? [] : head.split(":");
  const back = tail === undefined || tail === "" ? [] : tail.split(":");
  const middle = Array.from({ length: 8 - front.length - back.length }, () => "0");
  const bytes = Buffer.alloc(16);
  for (const [index, group] of [...front, ...middle, ...back].entries()) {
    bytes.writeUInt16BE(Number.parseInt(group, 16), index * 2);
  }
  return bytes;
}
