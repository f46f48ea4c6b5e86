/**
 * A distant website: a process of its own that serves bodies of any size over HTTPS, HTTP/1.1 and HTTP/2, behind a TCP
 * proxy for each round-trip time. It tells its parent the proxies' ports.
 */
import { createSecureServer } from "node:http2";
import { z } from "zod";
import { startTcpProxy } from "../../test/harness/servers/tcp-proxy.ts";

const orderSchema = z.object({
  certificate: z.string(),
  key: z.string(),
  roundTripsMs: z.array(z.number()),
});

const { certificate, key, roundTripsMs } = orderSchema.parse(
  await new Promise((resolve) => {
    process.once("message", resolve);
  }),
);

const server = createSecureServer({ cert: certificate, key, allowHTTP1: true }, (request, response) => {
  const sizeBytes = Number(request.url.slice(1));
  response.setHeader("content-length", sizeBytes);
  response.end(Buffer.alloc(sizeBytes, "x"));
});
// A client that has read enough closes the connection.
server.on("sessionError", () => {});
await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
const address = server.address();
if (address === null || typeof address === "string") throw new Error("the website has no port");
const ports: number[] = [];
for (const roundTripMs of roundTripsMs) {
  const proxy = await startTcpProxy({ targetHost: "127.0.0.1", targetPort: address.port });
  proxy.delay(roundTripMs / 2);
  ports.push(proxy.port);
}
process.send?.(ports);
