/** Ends a client at once: what it has not yet handed to the network is never sent. */
import { TLSSocket } from "node:tls";
import type { Base } from "@platformatic/kafka";

/** The client can't be used afterwards. Never throws. */
export function dropConnections(client: Pick<Base, "connections" | "close">): void {
  for (const [, { socket }] of client.connections) {
    // A reset also discards what the kernel holds; under TLS only a plain close can be had. So it is on a socket that
    // is being shut down: the reset is refused (EINVAL), and the handle is never closed: Node spins at exit for it.
    if (socket instanceof TLSSocket || socket.writableEnded) socket.destroy();
    else socket.resetAndDestroy();
  }
  client.close().catch(() => {});
}
