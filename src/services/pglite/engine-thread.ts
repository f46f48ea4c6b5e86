/**
 * The embedded database's thread, seen from its owner. It is `starting`, `serving` or `down`; down, it is started again
 * with back-off, which recovers the folder as after a crash. Clients of a thread that is not serving are cut off, and
 * the driver's next connection is another try.
 */
import type { Duplex } from "node:stream";
import { MessageChannel, Worker } from "node:worker_threads";
import { messageOf } from "../../contract/errors.ts";
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
  /** The thread while it is starting or serving; null while down. */
  #worker: Worker | null = null;
  #isServing = false;
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
    if (!this.#isServing) far.close();
    else this.#worker?.postMessage({ kind: "client", port: far } satisfies ToEngine, [far]);
    return asSocket(new PortStream(near));
  }

  /** Why there is no service now; null while there is. */
  get whyDown(): string | null {
    return this.#isServing ? null : this.#whyDown;
  }

  /** Ends the database in good order, once its clients are gone. */
  async stop(): Promise<void> {
    this.#stopping = true;
    clearTimeout(this.#retry);
    const worker = this.#worker;
    if (worker === null) return;
    const { promise: ended, resolve } = Promise.withResolvers<void>();
    worker.once("exit", () => resolve());
    const terminate = (): void => void worker.terminate();
    const killer = setTimeout(terminate, STOP_TIMEOUT_MS);
    if (this.#isServing) worker.postMessage({ kind: "stop" } satisfies ToEngine);
    else terminate();
    await ended;
    clearTimeout(killer);
  }

  async #startWorker(): Promise<void> {
    const worker = new Worker(WORKER, { workerData: this.#start });
    const { promise: started, resolve, reject } = Promise.withResolvers<void>();
    this.#worker = worker;
    const end = (reason: string): void => {
      reject(new Error(reason));
      void worker.terminate();
      if (this.#worker === worker) this.#ended(reason);
    };
    worker.on("message", (message: FromEngine) => {
      switch (message.kind) {
        case "serving":
          this.#isServing = true;
          this.#failures = 0;
          return resolve();
        case "unreachable":
          this.#log.warn({ reason: message.reason }, "commands beside this process can't reach its database");
          return;
        case "untidy":
          this.#log.warn({ reason: message.reason }, "embedded database not tidied up; trying again");
          return;
        case "failed":
        case "panic":
          return end(message.reason);
        case "stopped":
          return end("it was stopped");
      }
    });
    worker.on("error", (error) => end(messageOf(error)));
    worker.on("exit", () => end("its thread ended"));
    await started;
  }

  #ended(reason: string): void {
    const wasServing = this.#isServing;
    this.#worker = null;
    this.#isServing = false;
    this.#whyDown = reason;
    if (!wasServing || this.#stopping) return;
    this.#log.error({ reason }, "embedded database gave up; recovering it");
    this.#scheduleStart();
  }

  #scheduleStart(): void {
    const delayMs = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** this.#failures);
    this.#failures += 1;
    this.#retry = setTimeout(() => {
      this.#startWorker().then(
        () => this.#log.info({}, "embedded database recovered"),
        () => {
          if (!this.#stopping) this.#scheduleStart();
        },
      );
    }, delayMs);
  }
}
