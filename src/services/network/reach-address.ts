/** Tests whether an address accepts a TCP connection. */
import { connect } from "node:net";

/**
 * `address` is `host:port`, an IPv6 host in brackets. Resolves with whether the connection was accepted within
 * `timeoutMs`. Sends nothing. Rejects only with the signal's reason.
 */
export async function reachAddress(
  address: string,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<boolean> {
  signal.throwIfAborted();
  const { hostname, port } = new URL(`tcp://${address}`);
  const socket = connect({ host: hostname.replace(/^\[|\]$/g, ""), port: Number(port) });
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => resolve(false), timeoutMs);
  const abort = (): void => resolve(false);
  signal.addEventListener("abort", abort, { once: true });
  socket.on("connect", () => resolve(true));
  socket.on("error", () => resolve(false));
  try {
    const reached = await promise;
    signal.throwIfAborted();
    return reached;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", abort);
    socket.destroy();
  }
}
