// Our HTTP/1.1 parser against Node's own: the same bytes, however they are cut, must mean the same to both.
import { once } from "node:events";
import { request as httpRequest } from "node:http";
import { connect } from "node:net";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Http1Parser } from "../../../../../src/services/probing/http/exchange/http1-parser.ts";
import { messageOf, ProbeError } from "../../../../../src/services/probing/probe-error.ts";
import { tcpServer } from "../../servers.ts";

interface Read {
  readonly statusCode: number;
  readonly headers: ReadonlyMap<string, readonly string[]>;
  readonly body: string;
  readonly complete: boolean;
}

/** What the parser makes of a response that arrives in these pieces, and then the connection ends. */
function parse(pieces: readonly Buffer[], method = "GET"): Read | string {
  let head: Pick<Read, "statusCode" | "headers"> | null = null;
  const body: Buffer[] = [];
  let complete = false;
  const irregularities: string[] = [];
  const parser = new Http1Parser(method, {
    onIrregularity: (what) => irregularities.push(what),
    onHead: (statusCode, headers) => {
      head = { statusCode, headers };
    },
    onBody: (bytes) => body.push(Buffer.from(bytes)),
    onComplete: () => {
      complete = true;
    },
  });
  try {
    for (const piece of pieces) parser.push(piece);
    parser.end();
  } catch (error) {
    return error instanceof ProbeError ? error.code : messageOf(error);
  }
  const { statusCode, headers } = head ?? { statusCode: 0, headers: new Map() };
  return { statusCode, headers, body: Buffer.concat(body).toString("latin1"), complete };
}

function cut(bytes: Buffer, at: readonly number[]): readonly Buffer[] {
  const places = [0, ...at.map((place) => place % (bytes.byteLength + 1)), bytes.byteLength].toSorted(
    (a, b) => a - b,
  );
  return places.slice(1).map((end, index) => bytes.subarray(places[index], end));
}

/** What Node's client makes of the same bytes over a real connection. */
async function readByNode(bytes: Buffer): Promise<Read | "refused"> {
  const port = await tcpServer((socket) => socket.once("data", () => socket.end(bytes)));
  const socket = connect(port, "127.0.0.1");
  const request = httpRequest({ createConnection: () => socket, path: "/", headers: { host: "test" } });
  request.end();
  try {
    const [response] = await once(request, "response");
    const body: Buffer[] = [];
    for await (const piece of response) body.push(piece);
    const headers = new Map(Object.entries<string[]>(response.headersDistinct));
    return {
      statusCode: response.statusCode,
      headers,
      body: Buffer.concat(body).toString("latin1"),
      complete: response.complete,
    };
  } catch {
    return "refused";
  } finally {
    request.on("error", () => {});
    request.destroy();
  }
}

const fieldValue = fc.stringMatching(/^[!-~]([ !-~]{0,30}[!-~])?$/);
const fields = fc.array(fc.tuple(fc.stringMatching(/^x-[a-z]{1,8}$/), fieldValue), { maxLength: 8 });
const bodyPart = fc
  .uint8Array({ minLength: 1, maxLength: 80 })
  .map((bytes) => Buffer.from(bytes).toString("latin1"));
const bodyParts = fc.array(bodyPart, { maxLength: 6 });
const framing = fc.constantFrom("length", "chunked", "close");
const interim = fc.constantFrom("", "HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n");
const status = fc.constantFrom(200, 201, 404, 500, 503);

const response = fc
  .record({ status, fields, bodyParts, framing, interim, trailer: fc.boolean() })
  .map(({ status, fields, bodyParts, framing, interim, trailer }) => {
    const lines = fields.map(([name, value]) => `${name}: ${value}\r\n`).join("");
    const whole = bodyParts.join("");
    const body = {
      length: `content-length: ${whole.length}\r\n\r\n${whole}`,
      chunked: `transfer-encoding: chunked\r\n\r\n${bodyParts
        .map((part) => `${part.length.toString(16)};note=1\r\n${part}\r\n`)
        .join("")}0\r\n${trailer ? "x-after: 1\r\n" : ""}\r\n`,
      close: `connection: close\r\n\r\n${whole}`,
    }[framing];
    return Buffer.from(`${interim}HTTP/1.1 ${status} Some Reason\r\n${lines}${body}`, "latin1");
  });

describe("an HTTP/1.1 response", () => {
  test("means the same in one piece and in any number of pieces", () => {
    fc.assert(
      fc.property(response, fc.array(fc.nat(), { maxLength: 12 }), (bytes, places) => {
        expect(parse(cut(bytes, places))).toEqual(parse([bytes]));
      }),
      { numRuns: 2000 },
    );
  });

  test("means the same to Node's own parser", async () => {
    await fc.assert(
      fc.asyncProperty(response, async (bytes) => {
        expect(parse([bytes])).toEqual(await readByNode(bytes));
      }),
      { numRuns: 150 },
    );
  });

  test("cut off anywhere is incomplete, unless its end is the connection's", () => {
    fc.assert(
      fc.property(response, fc.nat(), (bytes, place) => {
        const read = parse([bytes.subarray(0, place % bytes.byteLength)]);
        if (typeof read === "string") expect(read).toBe("connection_closed");
        else expect(read.headers.has("content-length") || read.headers.has("transfer-encoding")).toBe(false);
      }),
      { numRuns: 1000 },
    );
  });

  test("of random bytes is refused, and nothing else happens", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 400 }),
        fc.array(fc.nat(), { maxLength: 5 }),
        (bytes, places) => {
          const answer = Buffer.concat([Buffer.from("HTTP/1.1 200 OK\r\n"), bytes]);
          const read = parse(cut(answer, places));
          if (typeof read === "string") {
            expect(["protocol_error", "connection_closed", "headers_too_large"]).toContain(read);
          }
        },
      ),
      { numRuns: 2000 },
    );
  });
});

const CHUNKED = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";

test("small chunks make the same body wherever they are cut", () => {
  const chunks = Array.from({ length: 3000 }, (_, index) => "x".repeat(1 + (index % 300)));
  const sizeLines = [
    (size: number) => size.toString(16),
    (size: number) => size.toString(16).toUpperCase().padStart(2, "0"),
    (size: number) => `${size.toString(16)};extension`,
  ];
  const framed = chunks.map((chunk, index) => {
    const ending = index % 50 === 49 ? "\n" : "\r\n";
    return `${sizeLines[index % 7]?.(chunk.length) ?? chunk.length.toString(16)}${ending}${chunk}${ending}`;
  });
  const bytes = Buffer.from(`${CHUNKED}${framed.join("")}0\r\n\r\n`);
  const expected = { statusCode: 200, body: chunks.join(""), complete: true };
  expect(parse([bytes])).toMatchObject(expected);
  for (let pieceBytes = 1; pieceBytes < 40; pieceBytes += 1) {
    const places = Array.from({ length: bytes.byteLength / pieceBytes }, (_, index) => index * pieceBytes);
    expect(parse(cut(bytes, places))).toMatchObject(expected);
  }
});

test("a body in pieces of one byte is passed on in large pieces", () => {
  let pieces = 0;
  let bodyBytes = 0;
  let complete = false;
  const parser = new Http1Parser("GET", {
    onIrregularity: () => {},
    onHead: () => {},
    onBody: (bytes) => {
      pieces += 1;
      bodyBytes += bytes.byteLength;
    },
    onComplete: () => {
      complete = true;
    },
  });
  parser.push(Buffer.from(`${CHUNKED}${"1\r\nx\r\n".repeat(100_000)}0\r\n\r\n`));
  expect({ bodyBytes, fewPieces: pieces < 20, complete }).toEqual({
    bodyBytes: 100_000,
    fewPieces: true,
    complete: true,
  });
});

/** Read to the connection's end, since chunked is not the last coding (RFC 9112, section 6.3). */
const untilClose: Readonly<Record<string, string>> = {
  "chunked before another coding": "Transfer-Encoding: chunked, deflate",
  "a coding that merely begins as chunked": "Transfer-Encoding: chunkedchunked",
  "chunked with a folded line behind it": "Transfer-Encoding: chunked\r\n  abc",
  "an upgrade nobody takes": "Connection: upgrade\r\nUpgrade: h2c",
  "a header that only begins as Content-Length": "Content-Length-X: 0",
};

describe("a body goes on to the connection's end after", () => {
  for (const [why, fields] of Object.entries(untilClose)) {
    test(why, () => {
      const read = parse([Buffer.from(`HTTP/1.1 200 OK\r\n${fields}\r\n\r\nWorld`)]);
      expect(read).toMatchObject({ statusCode: 200, body: "World", complete: true });
    });
  }
});

describe("a header's value", () => {
  const read = (bytes: Buffer) =>
    parse([Buffer.concat([Buffer.from("HTTP/1.1 204 No\r\nx-a: "), bytes, Buffer.from("\r\n\r\n")])]);

  test("is UTF-8 where its bytes are that, else Latin-1", () => {
    const expected = { headers: new Map([["x-a", ["Zürich"]]]) };
    expect(read(Buffer.from("Zürich", "utf8"))).toMatchObject(expected);
    expect(read(Buffer.from("Zürich", "latin1"))).toMatchObject(expected);
  });
});

const strictness: readonly (readonly [why: string, answer: string, expected: string | number])[] = [
  ["lines may end in LF alone", "HTTP/1.1 200 OK\ncontent-length: 2\n\nok", 200],
  ["a reason may be missing", "HTTP/1.1 200\r\ncontent-length: 0\r\n\r\n", 200],
  ["HTTP/1.0 is understood", "HTTP/1.0 200 OK\r\n\r\nuntil the end", 200],
  ["a folded line is one value", "HTTP/1.1 200 OK\r\nx-a: one\r\n two\r\ncontent-length: 0\r\n\r\n", 200],
  [
    "the same length twice is one",
    "HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 2\r\n\r\nok",
    200,
  ],
  [
    "two lengths are none",
    "HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\nok",
    "protocol_error",
  ],
  ["a length must be a number", "HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n", "protocol_error"],
  ["a name that is no token is a name", "HTTP/1.1 200 OK\r\nbad name: 1\r\ncontent-length: 0\r\n\r\n", 200],
  ["a line needs its colon", "HTTP/1.1 200 OK\r\nnothing\r\n\r\n", "protocol_error"],
  ["a value has no control characters", "HTTP/1.1 200 OK\r\nx-a: \u0000\r\n\r\n", "protocol_error"],
  ["a status has three digits", "HTTP/1.1 20 OK\r\n\r\n", "protocol_error"],
  ["a status is at least 100", "HTTP/1.1 099 OK\r\n\r\n", "protocol_error"],
  ["HTTP/2 is not spoken unasked", "HTTP/2 200 OK\r\n\r\n", "protocol_error"],
  ["protocols are not switched unasked", "HTTP/1.1 101 Switching\r\n\r\n", "protocol_error"],
  [
    "chunked is undone whatever codings are below it",
    "HTTP/1.1 200 OK\r\ntransfer-encoding: gzip, chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n",
    200,
  ],
  [
    "a chunk's size may have zeros before it",
    `${CHUNKED}${"0".repeat(40)}2\r\nok\r\n${"0".repeat(40)}\r\n\r\n`,
    200,
  ],
  [
    "a length beside chunked is ambiguous",
    "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\ncontent-length: 5\r\n\r\n0\r\n\r\n",
    "protocol_error",
  ],
  [
    "a CR in the status line is no line ending",
    "HTTP/1.1 200 OK\rContent-Length: 4\r\n\r\n",
    "protocol_error",
  ],
  ["a CR in a header is no line ending", "HTTP/1.1 200 OK\r\nFoo: 1\rBar: 2\r\n\r\n", "protocol_error"],
  ["two CRs before an LF are one too many", "HTTP/1.1 200 OK\r\r\nx: 1\r\n\r\n", "protocol_error"],
  // What the response cases of llhttp's published tests taught (nodejs/llhttp, test/response).
  ["the version has one digit before its dot", "HTTP/01.1 200 OK\r\n\r\n", "protocol_error"],
  ["the version has one digit after its dot", "HTTP/1.01 200 OK\r\n\r\n", "protocol_error"],
  ["a tab does not follow the version", "HTTP/1.1\t200 OK\r\n\r\n", "protocol_error"],
  ["no CR comes before the status line", "\rHTTP/1.1 200 OK\r\n\r\n", "protocol_error"],
  ["a folded line needs a header before it", "HTTP/1.1 200 OK\r\n Host: foo\r\n\r\n", "protocol_error"],
  ["HTTPER is another protocol", "HTTPER/1.1 200 OK\r\n\r\n", "protocol_error"],
  ["two spaces may precede the reason", "HTTP/1.1 200  OK\r\n\r\n", 200],
  [
    "an empty Transfer-Encoding is none",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding:\r\nContent-Length: 5\r\n\r\nhello",
    200,
  ],
  ["tabs may surround a length", "HTTP/1.1 200 OK\r\nContent-Length:\t2\t\r\n\r\nok", 200],
  ["an extension may be empty", `${CHUNKED}2;\r\naa\r\n0\r\n\r\n`, 200],
  ["an extension may hold quotes that never end", `${CHUNKED}5;a="b";c="d; e\r\nhello\r\n0\r\n\r\n`, 200],
  [
    "a chunk's size is hexadecimal",
    "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nxyz\r\n",
    "protocol_error",
  ],
  [
    "a chunk is as long as it says",
    "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nabc\r\n0\r\n\r\n",
    "protocol_error",
  ],
  ["interim responses come to an end", "HTTP/1.1 103 Hints\r\n\r\n".repeat(50), "protocol_error"],
  [
    "trailers are bounded",
    `HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n${"x: 1\r\n".repeat(50_000)}`,
    "headers_too_large",
  ],
  [
    "a chunk's extension is bounded",
    `HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1;${"x".repeat(9999)}`,
    "protocol_error",
  ],
  [
    "many small headers are bounded",
    `HTTP/1.1 200 OK\r\n${"x: 1\r\n".repeat(50_000)}\r\n`,
    "headers_too_large",
  ],
];

describe("the parser's strictness", () => {
  for (const [why, answer, expected] of strictness) {
    test(why, () => {
      const whole = Buffer.from(answer, "latin1");
      const bySingleBytes = Array.from(whole, (byte) => Buffer.of(byte));
      for (const pieces of [[whole], bySingleBytes]) {
        const read = parse(pieces);
        expect(typeof read === "string" ? read : read.statusCode).toBe(expected);
      }
    });
  }

  test("a folded header's value is joined by a space", () => {
    const read = parse([Buffer.from("HTTP/1.1 204 No\r\nx-a: one\r\n\t two \r\nx-a: three\r\n\r\n")]);
    expect(read).toMatchObject({ headers: new Map([["x-a", ["one two", "three"]]]) });
  });

  test("the answer to HEAD has no body whatever its length says", () => {
    const read = parse([Buffer.from("HTTP/1.1 200 OK\r\ncontent-length: 5000\r\n\r\n")], "HEAD");
    expect(read).toMatchObject({ statusCode: 200, body: "", complete: true });
  });
});
