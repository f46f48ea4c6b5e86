/**
 * Serves one PGlite engine to several clients over the PostgreSQL protocol: the owner's own pool and, through a socket,
 * commands beside it. The engine is a single session, so a client has it to itself from its first message until it is
 * told that it is idle again; only so are a transaction, or a statement being prepared and run, its own.
 *
 * A client is `idle`, `waiting` for the engine, or `served`; within a transaction it stays served between its batches,
 * for a limited time. A client that goes away while served has its transaction rolled back.
 */
import type { Duplex } from "node:stream";
import type { PGlite } from "@electric-sql/pglite";
import { messageOf } from "../../contract/errors.ts";
import {
  ENCRYPTION_REFUSED,
  type EngineAnswer,
  FrontendReader,
  fatalError,
  greeting,
  ROLLBACK,
  sortAnswer,
} from "./wire-messages.ts";

export interface WireServerOptions {
  readonly engine: PGlite;
  /** Called when the engine has given up: it must not be used any more, and isn't. */
  readonly onPanic: (reason: string) => void;
  /** A client that is silent within a transaction for so long is cut off: it keeps everyone else waiting. */
  readonly idleInTransactionMs: number;
}

export class WireServer {
  readonly #options: WireServerOptions;
  readonly #clients = new Set<Duplex>();
  #queue: Promise<void> = Promise.resolve();

  constructor(options: WireServerOptions) {
    this.#options = options;
  }

  get idleInTransactionMs(): number {
    return this.#options.idleInTransactionMs;
  }

  /** Serves a client until its stream ends. */
  serve(stream: Duplex): void {
    this.#clients.add(stream);
    const session = new Session(stream, this);
    stream.on("data", (chunk: Uint8Array) => session.receive(chunk));
    // How a stream ended does not matter, only that it did.
    stream.on("error", () => {});
    stream.on("close", () => {
      this.#clients.delete(stream);
      session.end();
    });
  }

  /** Resolves when the engine is the caller's; it is given back by the function it resolves with. */
  async acquire(): Promise<() => void> {
    const { promise: held, resolve: release } = Promise.withResolvers<void>();
    const before = this.#queue;
    this.#queue = before.then(() => held);
    await before;
    return release;
  }

  /** Only for who has acquired the engine. */
  async execute(batch: Uint8Array): Promise<EngineAnswer> {
    const chunks: Buffer[] = [];
    await this.#options.engine.execProtocolRawStream(batch, {
      syncToFs: false,
      // The bytes are the engine's memory, which it uses again.
      onRawData: (data) => void chunks.push(Buffer.from(data)),
    });
    const answer = sortAnswer(Buffer.concat(chunks));
    if (answer.panic !== null) await this.#giveUp(answer.panic);
    if (answer.notifications.length > 0)
      for (const client of this.#clients) client.write(answer.notifications);
    return answer;
  }

  /** Never returns: whoever has the engine keeps it, and nobody else gets it. */
  async #giveUp(reason: string): Promise<never> {
    this.#options.onPanic(reason);
    return await new Promise<never>(() => {});
  }

  /** Ends every client, once what runs has run. */
  async close(): Promise<void> {
    const release = await this.acquire();
    for (const client of this.#clients) client.destroy();
    release();
  }
}

class Session {
  readonly #stream: Duplex;
  readonly #server: WireServer;
  readonly #reader = new FrontendReader();
  #batch: Uint8Array[] = [];
  #work: Promise<void> = Promise.resolve();
  #release: (() => void) | null = null;
  #idleTimer: NodeJS.Timeout | undefined;
  #ended = false;

  constructor(stream: Duplex, server: WireServer) {
    this.#stream = stream;
    this.#server = server;
  }

  receive(chunk: Uint8Array): void {
    try {
      for (const message of this.#reader.read(chunk)) {
        switch (message.kind) {
          case "encryption":
            this.#stream.write(ENCRYPTION_REFUSED);
            break;
          case "startup":
            this.#stream.write(greeting());
            break;
          case "terminate":
            this.#stream.end();
            break;
          case "work":
            this.#batch.push(message.bytes);
            if (message.endsBatch) this.#send();
            break;
        }
      }
    } catch {
      this.#stream.destroy();
    }
  }

  end(): void {
    this.#ended = true;
    clearTimeout(this.#idleTimer);
    this.#work = this.#work.then(() => this.#leave()).catch((error: unknown) => this.#fail(error));
  }

  async #leave(): Promise<void> {
    if (this.#release === null) return;
    await this.#server.execute(ROLLBACK);
    this.#giveBack();
  }

  #send(): void {
    const batch = Buffer.concat(this.#batch);
    this.#batch = [];
    this.#work = this.#work.then(() => this.#run(batch)).catch((error: unknown) => this.#fail(error));
  }

  async #run(batch: Uint8Array): Promise<void> {
    if (this.#ended) return;
    clearTimeout(this.#idleTimer);
    this.#release ??= await this.#server.acquire();
    if (this.#ended) return;
    const { own, state } = await this.#server.execute(batch);
    this.#stream.write(own);
    if (state === "idle") this.#giveBack();
    else this.#idleTimer = setTimeout(() => this.#stopWaiting(), this.#server.idleInTransactionMs);
  }

  #stopWaiting(): void {
    this.#stream.end(fatalError("25P03", "the transaction was idle for too long"));
    this.end();
  }

  #fail(error: unknown): void {
    this.#giveBack();
    this.#stream.end(fatalError("XX000", messageOf(error)));
  }

  #giveBack(): void {
    this.#release?.();
    this.#release = null;
  }
}
