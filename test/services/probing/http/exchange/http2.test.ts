import { constants } from "node:http2";
import type { Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import { describe, expect, test } from "vitest";
import { check } from "../../checking.ts";
import { http2Server, httpsServer, tlsServer } from "../../servers.ts";

const { HTTP2_HEADER_STATUS, NGHTTP2_INTERNAL_ERROR } = constants;

describe("HTTP/2", () => {
  test("is spoken where the server offers it", async () => {
    let asked: unknown;
    const { url, ca } = await http2Server((server) => {
      server.on("stream", (stream, headers) => {
        asked = headers;
        stream.respond({
          [HTTP2_HEADER_STATUS]: 200,
          "content-type": "text/plain",
          "set-cookie": ["a=1", "b=2"],
        });
        stream.end("all systems operational");
      });
    });
    const result = await check({
      url: `${url}/status?full=1`,
      regexp: "operational$",
      options: {
        tls: { ca },
        headers: { "X-Probe": "yes" },
        responseHeaders: [{ name: "Set-Cookie", equals: "b=2" }],
      },
    });
    expect(result).toMatchObject({ verdict: "up", protocol: "h2", statusCode: 200, regexpMatched: true });
    expect(asked).toMatchObject({
      ":method": "GET",
      ":path": "/status?full=1",
      ":scheme": "https",
      ":authority": new URL(url).host,
      "x-probe": "yes",
    });
  });

  test("carries a request's body", async () => {
    let received = "";
    const { url, ca } = await http2Server((server) => {
      server.on("stream", (stream) => {
        stream.setEncoding("utf8").on("data", (part: string) => {
          received += part;
        });
        stream.on("end", () => {
          stream.respond({ [HTTP2_HEADER_STATUS]: 201 });
          stream.end();
        });
      });
    });
    const result = await check({ url, options: { tls: { ca }, method: "POST", body: "x".repeat(200_000) } });
    expect(result).toMatchObject({ verdict: "up", statusCode: 201 });
    expect(received).toHaveLength(200_000);
  });

  test("is read to the limit and no further", async () => {
    const { url, ca } = await http2Server((server) => {
      server.on("stream", (stream) => {
        stream.respond({ [HTTP2_HEADER_STATUS]: 200 });
        stream.on("error", () => {});
        const pour = (): void => {
          while (stream.write("x".repeat(16_384))) if (stream.destroyed) return;
          stream.once("drain", pour);
        };
        pour();
      });
    });
    const result = await check({ url, options: { tls: { ca } } });
    expect(result).toMatchObject({ verdict: "up", bytes: 1_048_576, bodyTruncated: true });
  });

  test("is not spoken where the site says HTTP/1.1", async () => {
    const { url, ca } = await http2Server(
      (server) => server.on("request", (_request, response) => response.end()),
      { allowHTTP1: true },
    );
    const result = await check({ url, options: { tls: { ca }, httpVersion: "1.1" } });
    expect(result).toMatchObject({ verdict: "up", protocol: "http/1.1" });
  });

  test("is demanded where the site says so", async () => {
    const { url, ca } = await httpsServer((_request, response) => response.end());
    const result = await check({ url, options: { tls: { ca }, httpVersion: "2" } });
    expect(result.error?.code).toBe("tls_protocol");
  });

  test("redirects are followed over it", async () => {
    const { url, ca } = await http2Server((server) => {
      server.on("stream", (stream, headers) => {
        if (headers[":path"] === "/end") stream.respond({ [HTTP2_HEADER_STATUS]: 204 }, { endStream: true });
        else stream.respond({ [HTTP2_HEADER_STATUS]: 302, location: "/end" });
      });
    });
    expect(await check({ url, options: { tls: { ca } } })).toMatchObject({ verdict: "up", statusCode: 204 });
  });
});

/** Sends these frames on the request's stream once the request has come, and then does what it is told. */
async function answeringFrames(frames: readonly Buffer[], then: (socket: TLSSocket) => void = () => {}) {
  return await tlsServer(["h2"], (socket) => {
    socket.write(frame(SETTINGS, 0, 0, Buffer.alloc(0)));
    socket.once("data", () => {
      socket.write(Buffer.concat(frames), () => then(socket));
    });
  });
}

const NO_ERROR = Buffer.alloc(4);
const responseHead = () => frame(HEADERS, END_HEADERS, 1, STATUS_200);
const half = () => frame(DATA, 0, 1, Buffer.from("half"));

describe("an HTTP/2 response that", () => {
  test("ends with END_STREAM is complete, also where a reset follows it", async () => {
    const { url, ca } = await answeringFrames(
      [responseHead(), frame(DATA, END_STREAM, 1, Buffer.from("all")), frame(RST_STREAM, 0, 1, NO_ERROR)],
      (socket) => socket.end(),
    );
    expect(await check({ url, options: { tls: { ca } } })).toMatchObject({ verdict: "up", bytes: 3 });
  });

  test("is reset without an error in the middle of its body is not complete", async () => {
    const { url, ca } = await answeringFrames([responseHead(), half(), frame(RST_STREAM, 0, 1, NO_ERROR)]);
    const result = await check({ url, options: { tls: { ca } } });
    expect(result).toMatchObject({ verdict: "down", statusCode: 200, error: { code: "protocol_error" } });
    expect(result.error?.message).toContain("reset the stream");
  });

  test("is cut off by a plain end of the connection says so", async () => {
    const { url, ca } = await answeringFrames([responseHead(), half()], (socket) => socket.end());
    expect((await check({ url, options: { tls: { ca } } })).error?.code).toBe("connection_closed");
  });

  test("never begins before a plain end of the connection says so", async () => {
    const { url, ca } = await answeringFrames([], (socket) => socket.end());
    expect((await check({ url, options: { tls: { ca } } })).error?.code).toBe("connection_closed");
  });

  test("is cut off by a GOAWAY and an end says so at once", async () => {
    for (const errorCode of [0, NGHTTP2_INTERNAL_ERROR]) {
      const goaway = frame(GOAWAY, 0, 0, Buffer.of(0, 0, 0, 1, 0, 0, 0, errorCode));
      const { url, ca } = await answeringFrames([responseHead(), half(), goaway], (socket) => socket.end());
      const code = errorCode === 0 ? "connection_closed" : "protocol_error";
      expect((await check({ url, options: { tls: { ca } } })).error?.code).toBe(code);
    }
  });

  test("repeats a header is judged by each of its values", async () => {
    const { url, ca } = await http2Server((server) => {
      server.on("stream", (stream) => {
        stream.respond({ [HTTP2_HEADER_STATUS]: 200, "x-cache": ["miss", "hit, stale"] });
        stream.end();
      });
    });
    const cached = { name: "x-cache", equals: "hit, stale" };
    const result = await check({ url, options: { tls: { ca }, responseHeaders: [cached] } });
    expect(result.verdict).toBe("up");
  });

  test("is large does not wait for round trips", async () => {
    let sent = 0;
    const { url, ca } = await http2Server((server) => {
      server.on("session", (session) => session.on("remoteSettings", () => {}));
      server.on("stream", (stream) => {
        stream.on("error", () => {});
        stream.respond({ [HTTP2_HEADER_STATUS]: 200 });
        setImmediate(() => {
          const { remoteWindowSize } = stream.session?.state ?? {};
          sent = remoteWindowSize ?? 0;
          stream.end("x");
        });
      });
    });
    expect(await check({ url, options: { tls: { ca } } })).toMatchObject({ verdict: "up" });
    expect(sent).toBeGreaterThan(5_242_880);
  });
});

describe("an HTTP/2 server that", () => {
  test("resets the stream is reported", async () => {
    const { url, ca } = await http2Server((server) => {
      server.on("stream", (stream) => {
        stream.on("error", () => {});
        stream.close(NGHTTP2_INTERNAL_ERROR);
      });
    });
    const result = await check({ url, options: { tls: { ca } } });
    expect(result.error?.code).toBe("protocol_error");
  });

  test("resets the stream in the middle of the body is reported", async () => {
    const { url, ca } = await tlsServer(["h2"], (socket) => {
      socket.write(frame(SETTINGS, 0, 0, Buffer.alloc(0)));
      socket.once("data", () => {
        socket.write(frame(HEADERS, END_HEADERS, 1, STATUS_200));
        socket.write(frame(DATA, 0, 1, Buffer.from("half")));
        socket.write(frame(RST_STREAM, 0, 1, Buffer.of(0, 0, 0, NGHTTP2_INTERNAL_ERROR)));
      });
    });
    const result = await check({ url, options: { tls: { ca } } });
    expect(result).toMatchObject({ verdict: "down", statusCode: 200, error: { code: "protocol_error" } });
  });

  test("closes the connection in the middle of the body is reported", async () => {
    const { url, ca } = await http2Server((server) => {
      let socket: Socket | undefined;
      server.on("secureConnection", (secured: Socket) => {
        socket = secured;
      });
      server.on("stream", (stream) => {
        stream.on("error", () => {});
        stream.respond({ [HTTP2_HEADER_STATUS]: 200 });
        stream.write("half", () => socket?.destroy());
      });
    });
    const result = await check({ url, options: { tls: { ca } }, timeoutMs: 5000 });
    expect(result).toMatchObject({ verdict: "down", error: { code: "connection_closed" } });
  });

  test("never answers ends with the deadline", async () => {
    const { url, ca } = await http2Server((server) => server.on("stream", () => {}));
    const result = await check({ url, options: { tls: { ca } }, timeoutMs: 400 });
    expect(result.error?.code).toBe("first_byte_timeout");
  });

  test("never ends its body ends with the deadline", async () => {
    const { url, ca } = await http2Server((server) => {
      server.on("stream", (stream) => {
        stream.respond({ [HTTP2_HEADER_STATUS]: 200 });
        stream.write("and then");
      });
    });
    const result = await check({ url, options: { tls: { ca } }, timeoutMs: 400 });
    expect(result.error?.code).toBe("body_timeout");
  });

  test("sends headers without end is stopped", async () => {
    const { url, ca } = await tlsServer(["h2"], (socket) => {
      socket.write(frame(SETTINGS, 0, 0, Buffer.alloc(0)));
      socket.once("data", () => {
        // Headers that are never the last.
        socket.write(frame(HEADERS, 0, 1, STATUS_200));
        const headers = Buffer.concat(
          Array.from({ length: 100 }, (_, n) => header(`x-${n}`, "x".repeat(100))),
        );
        const pour = (): void => {
          while (socket.writable && socket.write(frame(CONTINUATION, 0, 1, headers)));
          socket.once("drain", pour);
        };
        pour();
      });
    });
    const result = await check({ url, options: { tls: { ca } } });
    expect(result).toMatchObject({ verdict: "down", error: { code: "headers_too_large" } });
  });
});

const DATA = 0;
const HEADERS = 1;
const RST_STREAM = 3;
const SETTINGS = 4;
const CONTINUATION = 9;
const GOAWAY = 7;
const END_STREAM = 1;
const END_HEADERS = 4;
/** `:status: 200` is in HPACK's static table. */
const STATUS_200 = Buffer.of(0x88);

/** RFC 9113, section 4.1. */
function frame(type: number, flags: number, streamId: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.byteLength, 0, 3);
  head.writeUInt8(type, 3);
  head.writeUInt8(flags, 4);
  head.writeUInt32BE(streamId, 5);
  return Buffer.concat([head, payload]);
}

/** RFC 7541, section 6.2.2: a literal that is not indexed; name and value shorter than 127 bytes. */
function header(name: string, value: string): Buffer {
  return Buffer.concat([
    Buffer.of(0, name.length),
    Buffer.from(name),
    Buffer.of(value.length),
    Buffer.from(value),
  ]);
}
