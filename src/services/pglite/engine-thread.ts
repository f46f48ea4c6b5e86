/**
 * The embedded database's thread, seen from its owner. It is `starting`, `serving` or `down`; down, it is started again
 * with back-off, which recovers the folder as after a crash. Clients of a thread that is not serving are cut off, and
 * the driver's next connection is another try.
 */
import type { Duplex } from "node:stream";
import { MessageChannel, Worker } from "node:worker_threads";
import type { Log } from "../../core/log.ts";
import { asSocket } from "./client-streams.ts";
import type { EngineStart, FromEngine, ToEngine } from "./engine-protocol.ts";
import { PortStream } from "./port-stream.ts";

const FIRST_DELAY_MS = 200;
const LONGEST_DELAY_MS = 10_000;
const STOP_TIMEOUT_MS = 30_000;

/** The same place from src/ and from dist/. */
const WORKER = import.meta.url.endsWith(".ts")
  ? new URL("./engine-worker.ts", import.meta.url)
  : new URL("./engine-worker.js", import.meta.url);

export class EngineThread {
  readonly #start: EngineStart;
  readonly #log: Log;
  #worker: Worker | null = null;
  #failures = 0;
  #retry: NodeJS.Timeout | undefined;
  #stopping = false;
  #whyDown = "it is starting";

  private constructor(start: EngineStart, log: Log) {
    this.#start = start;
    this.#log = log;
  }

  /** Resolves when the database serves; rejects when it can't be started. */
  static async start(start: EngineStart, log: Log): Promise<EngineThread> {
    const thread = new EngineThread(start, log);
    await thread.#startWorker();
    return thread;
  }

  /** A connection as the driver takes it. */
  connect(): Duplex {
    const { port1: near, port2: far } = new MessageChannel();
    if (this.#worker === null) far.close();
    else this.#worker.postMessage({ kind: "client", port: far } satisfies ToEngine, [far]);
    return asSocket(new PortStream(near));
  }

  /** Why there is no service now; null while there is. */
  get whyDown(): string | null {
    return this.#worker === null ? this.#whyDown : null;
  }

  /** Ends the database in good order, once its clients are gone. */
  async stop(): Promise<void> {
    this.#stopping = true;
    clearTimeout(this.#retry);
    const worker = this.#worker;
    if (worker === null) return;
    const { promise: ended, resolve } = Promise.withResolvers<void>();
    worker.once("exit", () => resolve());
    const killer = setTimeout(() => void worker.terminate(), STOP_TIMEOUT_MS);
    worker.postMessage({ kind: "stop" } satisfies ToEngine);
    await ended;
    clearTimeout(killer);
  }

  async #startWorker(): Promise<void> {
    const worker = new Worker(WORKER, { workerData: this.#start });
    const { promise: started, resolve, reject } = Promise.withResolvers<void>();
    const down = (reason: string): void => {
      reject(new Error(reason));
      void worker.terminate();
      if (this.#worker === worker) this.#restart(reason);
    };
    worker.on("message", (message: FromEngine) => {
      switch (message.kind) {
        case "serving":
          this.#worker = worker;
          this.#failures = 0;
          return resolve();
        case "unreachable":
          this.#log.warn({ reason: message.reason }, "commands beside this process can't reach its database");
          return;
        case "failed":
        case "panic":
          return down(message.reason);
        case "stopped":
          return void worker.terminate();
      }
    });
    worker.on("error", (error) => down(error instanceof Error ? error.message : String(error)));
    worker.on("exit", () => down("its thread ended"));
    await started;
  }

  #restart(reason: string): void {
    this.#worker = null;
    this.#whyDown = reason;
    if (this.#stopping) return;
    this.#log.error({ reason }, "embedded database gave up; recovering it");
    this.#scheduleStart();
  }

  #scheduleStart(): void {
    const delayMs = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** this.#failures);
    this.#failures += 1;
    this.#retry = setTimeout(() => {
      this.#startWorker().then(
        () => this.#log.info({}, "embedded database recovered"),
        (error: unknown) => {
          this.#whyDown = error instanceof Error ? error.message : String(error);
          if (!this.#stopping) this.#scheduleStart();
        },
      );
    }, delayMs);
  }
}
