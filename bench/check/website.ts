/**
 * The website that is checked: a process of its own that serves a page of 10 KB over HTTP and HTTPS, HTTP/1.1, and
 * tells its parent the two ports. Its TLS sessions are never resumed, so every handshake is a full one.
 */
import { createServer } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo, Server } from "node:net";
import { z } from "zod";

const LINE_OF_SYN_PACKETS = 4096;
const filler = "<p>Lorem ipsum dolor sit amet, consectetur adipiscing elit.</p>\n".repeat(158);
const page = Buffer.from(
  `<html><head><title>Status</title></head><body>${filler}<h1>All systems operational</h1></body></html>`,
);

const { certificate, key } = z.object({ certificate: z.string(), key: z.string() }).parse(
  await new Promise((resolve) => {
    process.once("message", resolve);
  }),
);

function serve(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ port: 0, host: "127.0.0.1", backlog: LINE_OF_SYN_PACKETS }, () => {
      resolve(portOf(server.address()));
    });
  });
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === "string") throw new Error("the website has no port");
  return address.port;
}

const answer: Parameters<typeof createServer>[1] = (_request, response) => {
  response.writeHead(200, { "content-type": "text/html; charset=utf-8", "content-length": page.byteLength });
  response.end(page);
};

const http = await serve(createServer(answer));
const https = await serve(
  createSecureServer({ cert: certificate, key, ALPNProtocols: ["http/1.1"] }, answer),
);
process.send?.({ http, https });
