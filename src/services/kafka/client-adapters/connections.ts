/**
 * The connections of a client. Not documented: that its pool can be iterated, that a connection exposes its socket, and
 * that the event `client:broker:connect` carries the connection, which emits what ended it.
 */
import { TLSSocket } from "node:tls";
import type { Base } from "@platformatic/kafka";

/** Ends a client at once: what it has not yet handed to the network is never sent. The client is closed. Never throws. */
export function dropConnections(client: Pick<Base, "connections" | "close">): void {
  for (const [, { socket }] of client.connections) {
    // A reset also discards what the kernel holds. TLS sockets cannot be reset; nor can a socket that is shutting down:
    // the kernel refuses it (EINVAL), Node never closes the handle, and the process spins at exit.
    if (socket instanceof TLSSocket || socket.writableEnded) socket.destroy();
    else socket.resetAndDestroy();
  }
  client.close().catch(() => {});
}

/** Ends the connections of a client; its next request opens new ones. */
export function renewConnections(client: Pick<Base, "connections">): void {
  for (const [, { socket }] of client.connections) socket.destroy();
}

export interface ConnectionObserver {
  readonly onConnected: () => void;
  readonly onFailed: (place: string, cause: Error) => void;
}

/**
 * Tells what ends the client's connections, such as TLS 1.3's refusal of a client certificate after the handshake: the
 * client's requests learn only that the connection was closed.
 */
export function observeConnections(client: Pick<Base, "on">, observer: ConnectionObserver): void {
  client.on("client:broker:connect", ({ broker, connection }) => {
    observer.onConnected();
    connection.on("error", (cause) => observer.onFailed(`${broker.host}:${broker.port}`, cause));
  });
}
