/**
 * The websites of the scale bench: a process of its own that answers at once on every address of 127.0.0.0/8, at one
 * port, with a page of 10 KB, and keeps for each path how long the last answer took it, from the connection to the last
 * byte handed to the kernel. It tells its parent the port, and those times when it is asked.
 */
import { createServer, type Socket } from "node:net";

const LINE_OF_SYN_PACKETS = 8192;
const filler = "<p>Lorem ipsum dolor sit amet, consectetur adipiscing elit.</p>\n".repeat(158);
const page = `<html><head><title>Status</title></head><body>${filler}<h1>All systems operational</h1></body></html>`;
const answer = Buffer.from(
  `HTTP/1.1 200 OK\r\ncontent-type: text/html; charset=utf-8\r\ncontent-length: ${Buffer.byteLength(page)}\r\nconnection: close\r\n\r\n${page}`,
);

/** Milliseconds, by number of the site; NaN where it was not asked. */
const tookMs: number[] = [];

function serve(socket: Socket): void {
  const acceptedMs = performance.now();
  socket.setNoDelay(true);
  socket.once("data", (request) => {
    const site = Number(/^GET \/(\d+) /.exec(request.toString("latin1", 0, 40))?.[1]);
    socket.end(answer);
    tookMs[site] = performance.now() - acceptedMs;
  });
  socket.on("error", () => {});
}

const server = createServer({ allowHalfOpen: true, highWaterMark: 65_536 }, serve);
server.listen({ port: 0, host: "0.0.0.0", backlog: LINE_OF_SYN_PACKETS }, () => {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the website has no port");
  process.send?.({ port: address.port });
});
process.on("message", () => process.send?.({ tookMs: [...tookMs].map((ms) => ms ?? -1) }));
process.on("disconnect", () => process.exit());
