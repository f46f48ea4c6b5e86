/** A connection through an HTTP proxy, made by CONNECT (RFC 9110, section 9.3.6). */
import { isIP, Socket } from "node:net";
import { Client } from "undici";
import type { Attempt } from "./attempt.ts";
import type { Destination } from "./connecting.ts";
import { messageOf, ProbeError } from "./probe-error.ts";
import type { ProxyPlan } from "./request-plan.ts";

/** `toProxy` becomes a connection to the target. Rejects with `ProbeError` (proxy_failed). */
export async function openTunnel(
  toProxy: Socket,
  target: Destination,
  proxy: ProxyPlan,
  attempt: Attempt,
): Promise<Socket> {
  attempt.enter("proxy");
  const authority =
    isIP(target.host) === 6 ? `[${target.host}]:${target.port}` : `${target.host}:${target.port}`;
  const client = new Client("http://proxy.invalid", {
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: (_options, callback) => queueMicrotask(() => callback(null, toProxy)),
  });
  return await attempt.step<Socket>((resolve, reject) => {
    client.dispatch(
      {
        method: "CONNECT",
        path: authority,
        headers: [
          "host",
          authority,
          ...(proxy.authorization === null ? [] : ["proxy-authorization", proxy.authorization]),
        ],
      },
      {
        onRequestStart: () => {},
        onRequestUpgrade: (_controller, statusCode, _headers, socket) => {
          if (statusCode >= 200 && statusCode < 300 && socket instanceof Socket) {
            resolve(socket);
            return;
          }
          socket.destroy();
          reject(new ProbeError("proxy_failed", refusal(statusCode)));
        },
        onResponseError: (_controller, error) => {
          reject(new ProbeError("proxy_failed", `the proxy could not be used: ${messageOf(error)}`));
        },
      },
    );
    return () => toProxy.destroy();
  });
}

function refusal(statusCode: number): string {
  return statusCode === 407
    ? "the proxy asks for other credentials (status 407)"
    : `the proxy refused the connection with status ${statusCode}`;
}
