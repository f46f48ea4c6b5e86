/** A connection through an HTTP proxy, made by CONNECT (RFC 9110, section 9.3.6). */
import type { Attempt } from "../attempt/attempt.ts";
import { authorityOf, type Connection } from "../dialling/connection.ts";
import type { Destination } from "../dialling/dialling.ts";
import { messageOf, ProbeError } from "../probe-error.ts";
import { Http1Parser } from "./exchange/http1-parser.ts";
import type { ProxyPlan } from "./request-plan.ts";

/** Makes the connection to the proxy one to the target. Rejects with `ProbeError` (proxy_failed). */
export async function openTunnel(
  toProxy: Connection,
  target: Destination,
  proxy: ProxyPlan,
  attempt: Attempt,
): Promise<void> {
  attempt.enter("proxy");
  try {
    await attempt.step<void>((resolve, reject) => {
      const fail = (message: string): void => reject(new ProbeError("proxy_failed", message));
      const parser = new Http1Parser("CONNECT", {
        onHead: (statusCode) => {
          if (statusCode < 300) resolve();
          else fail(refusal(statusCode));
        },
        onIrregularity: () => {},
        onBody: () => {},
        onComplete: () => {},
      });
      toProxy.attach({
        onBytes: (bytes) => {
          try {
            parser.push(bytes);
          } catch (error) {
            fail(`the proxy's answer makes no sense: ${messageOf(error)}`);
          }
        },
        onEnd: () => fail("the proxy closed the connection"),
        onError: (error) => fail(`the connection to the proxy failed: ${messageOf(error)}`),
      });
      toProxy.socket.write(connectRequest(target, proxy), "latin1");
      return () => {};
    });
  } catch (error) {
    toProxy.close();
    throw error;
  }
  toProxy.attach(null);
}

function connectRequest({ host, port }: Destination, { authorization }: ProxyPlan): string {
  const authority = authorityOf(host, port);
  const credentials = authorization === null ? "" : `proxy-authorization: ${authorization}\r\n`;
  return `CONNECT ${authority} HTTP/1.1\r\nhost: ${authority}\r\n${credentials}\r\n`;
}

function refusal(statusCode: number): string {
  return statusCode === 407
    ? "the proxy asks for other credentials (status 407)"
    : `the proxy refused the connection with status ${statusCode}`;
}
