/** Connections to an engine as the PostgreSQL driver takes them: through a socket, or within this process. */
import { connect, Socket } from "node:net";
import { type Duplex, duplexPair } from "node:stream";

/** Connects to a socket of this machine, whatever address the driver believes in. */
export class LocalSocket extends Socket {
  readonly #path: string;

  constructor(path: string) {
    super();
    this.#path = path;
  }

  override connect(): this {
    return super.connect({ path: this.#path });
  }
}

/** The driver's end of a stream within this thread; `serve` gets the other end. */
export function inThread(serve: (stream: Duplex) => void): Duplex {
  const [near, far] = duplexPair();
  near.on("close", () => far.destroy());
  far.on("close", () => near.destroy());
  serve(far);
  return asSocket(near);
}

/** A stream that is connected from the start, with what the driver expects of a socket. */
export function asSocket(stream: Duplex): Duplex {
  return Object.assign(stream, {
    connect: () => queueMicrotask(() => stream.emit("connect")),
    setNoDelay: () => {},
    setKeepAlive: () => {},
    ref: () => {},
    unref: () => {},
  });
}

/** True when something answers at a socket of this machine. */
export async function answers(path: string): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect({ path });
  socket.once("connect", () => resolve(true));
  socket.once("error", () => resolve(false));
  try {
    return await promise;
  } finally {
    socket.destroy();
  }
}
