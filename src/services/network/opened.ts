/** Waits until a socket is connected, with a timeout. */
import { once } from "node:events";
import type { Socket } from "node:net";

/** Rejects with Node's error or with code ETIMEDOUT, and destroys the socket. Ignores errors after the connection. */
export async function opened(
  socket: Socket,
  event: "connect" | "secureConnect",
  timeoutMs: number,
): Promise<void> {
  const deadline = AbortSignal.timeout(timeoutMs);
  try {
    await once(socket, event, { signal: deadline });
    socket.on("error", () => {});
  } catch (error) {
    socket.on("error", () => {}).destroy();
    if (!deadline.aborted) throw error;
    throw Object.assign(new Error(`no connection within ${timeoutMs} ms`), { code: "ETIMEDOUT" });
  }
}
