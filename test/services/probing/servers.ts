// Servers that behave, and servers that don't, on free ports of this machine. Each ends with the test that started it.
import { once } from "node:events";
import { createServer as createHttpServer, type RequestListener } from "node:http";
import { createSecureServer, type Http2SecureServer, type SecureServerOptions } from "node:http2";
import { createServer as createHttpsServer, type ServerOptions } from "node:https";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer, type TLSSocket } from "node:tls";
import { onTestFinished } from "vitest";
import {
  type CertificateAuthority,
  createCertificateAuthority,
  type KeyPairPem,
} from "../../harness/certificates.ts";

let authority: Promise<CertificateAuthority> | undefined;

/** The one authority of a test file. */
export function theAuthority(): Promise<CertificateAuthority> {
  authority ??= createCertificateAuthority();
  return authority;
}

/** Serves HTTP on 127.0.0.1; the URL has no path. */
export async function httpServer(listener: RequestListener): Promise<string> {
  return `http://127.0.0.1:${await listening(createHttpServer({ keepAliveTimeout: 100 }, listener))}`;
}

export interface SecureSite {
  readonly url: string;
  /** PEM text of the authority that signed the server's certificate. */
  readonly ca: string;
}

/** Serves HTTPS (HTTP/1.1) on 127.0.0.1 with a certificate for `localhost`, 127.0.0.1 and ::1. */
export async function httpsServer(
  listener: RequestListener,
  options: ServerOptions & { readonly pair?: KeyPairPem } = {},
): Promise<SecureSite> {
  const { certificate, key } = options.pair ?? (await (await theAuthority()).issue());
  const server = createHttpsServer({ cert: certificate, key, ...options }, listener);
  return { url: `https://127.0.0.1:${await listening(server)}`, ca: (await theAuthority()).certificate };
}

/** Serves HTTP/2, and HTTP/1.1 where `allowHTTP1` is given. */
export async function http2Server(
  set: (server: Http2SecureServer) => void,
  options: SecureServerOptions = {},
): Promise<SecureSite> {
  const { certificate, key } = await (await theAuthority()).issue();
  const server = createSecureServer({ cert: certificate, key, ...options });
  server.on("sessionError", () => {});
  set(server);
  return { url: `https://127.0.0.1:${await listening(server)}`, ca: (await theAuthority()).certificate };
}

/** Does with each TCP connection what it is told; returns the port. */
export async function tcpServer(
  onConnection: (socket: Socket) => void,
  host = "127.0.0.1",
  port = 0,
): Promise<number> {
  const server = createServer((socket) => {
    socket.on("error", () => {});
    onConnection(socket);
  });
  return await listening(server, host, port);
}

/** Does with each connection what it is told, once TLS is agreed on with one of these protocols. */
export async function tlsServer(
  ALPNProtocols: string[],
  onConnection: (socket: TLSSocket) => void,
): Promise<SecureSite> {
  const { certificate, key } = await (await theAuthority()).issue();
  const server = createTlsServer({ cert: certificate, key, ALPNProtocols }, (socket) => {
    socket.on("error", () => {});
    onConnection(socket);
  });
  return { url: `https://127.0.0.1:${await listening(server)}`, ca: (await theAuthority()).certificate };
}

/** Sends these bytes as the answer to a request, and keeps the connection open. */
export async function rawServer(...answer: readonly (string | Buffer)[]): Promise<string> {
  const port = await tcpServer((socket) => {
    socket.once("data", () => {
      for (const part of answer) socket.write(part);
    });
  });
  return `http://127.0.0.1:${port}/`;
}

/** A port nothing listens on. */
export async function closedPort(): Promise<number> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const port = portOf(server);
  server.close();
  await once(server, "close");
  return port;
}

/** Starts a server of the test's own making; returns its port. */
export async function listening(
  server: Server | Http2SecureServer,
  host = "127.0.0.1",
  port = 0,
): Promise<number> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  server.listen(port, host);
  await once(server, "listening");
  onTestFinished(async () => {
    const closed = once(server, "close");
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  });
  return portOf(server);
}

function portOf(server: { address(): AddressInfo | string | null }): number {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return address.port;
}
