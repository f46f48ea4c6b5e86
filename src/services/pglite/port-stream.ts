/** A stream of bytes between two threads, over a message port. */
import { Duplex } from "node:stream";
import type { MessagePort } from "node:worker_threads";

export class PortStream extends Duplex {
  readonly #port: MessagePort;

  constructor(port: MessagePort) {
    super();
    this.#port = port;
    port.on("message", (chunk: Uint8Array | null) => this.push(chunk));
    // Closed at either end, or the other thread is gone.
    port.on("close", () => this.destroy());
  }

  override _read(): void {
    // What arrives is pushed when it arrives: clients ask and wait, so little is ever under way.
  }

  override _write(chunk: Uint8Array, _encoding: BufferEncoding, done: () => void): void {
    this.#port.postMessage(chunk);
    done();
  }

  override _final(done: () => void): void {
    this.#port.postMessage(null);
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#port.close();
    done(error);
  }
}
