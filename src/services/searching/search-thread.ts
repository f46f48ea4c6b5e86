/**
 * A worker thread that runs one search at a time, within a budget of processor time and memory. The first search starts
 * the thread, and restarts it after a search was stopped.
 */
import { extname } from "node:path";
import { Worker } from "node:worker_threads";
import type { SearchOutcome } from "../../core/checking/judging/searching.ts";
import type { CpuMicroseconds, SearchMessage, SearchRequest } from "./search-messages.ts";

export interface SearchBudget {
  /** Processor time of one search. Wall-clock time would stop cheap searches on a busy machine. */
  readonly cpuMs: number;
  /** Heap of the thread, in MiB. */
  readonly heapMebibytes: number;
}

export type ThreadOutcome =
  | { readonly kind: "found"; readonly outcome: SearchOutcome }
  | { readonly kind: "stopped"; readonly reason: string };

type Attempt = ThreadOutcome | { readonly kind: "died"; readonly reason: string };

/** Multiple of the budget as a wall-clock limit, for when the processor time cannot be read. */
const WALL_CLOCK_BUDGETS = 20;
const SHORTEST_WAIT_MS = 20;

const entry = new URL(`./search-worker${extname(import.meta.url)}`, import.meta.url);

export class SearchThread {
  readonly #budget: SearchBudget;
  #worker: Worker | null = null;
  /** Whether earlier searches may have filled the thread's heap. */
  #hasSearched = false;
  #isClosed = false;

  constructor(budget: SearchBudget) {
    this.#budget = budget;
  }

  /** Runs one search; call it again only after it resolves. Copies the body before it returns. Never rejects. */
  async run(request: SearchRequest): Promise<ThreadOutcome> {
    const hadSearched = this.#hasSearched;
    let attempt = await this.#attempt(request);
    if (attempt.kind === "died" && hadSearched && !this.#isClosed) attempt = await this.#attempt(request);
    return attempt.kind === "died" ? { kind: "stopped", reason: attempt.reason } : attempt;
  }

  /** Ends the thread. A running search resolves with the outcome "stopped". */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#end();
  }

  async #end(): Promise<void> {
    const worker = this.#worker;
    this.#worker = null;
    this.#hasSearched = false;
    await worker?.terminate();
  }

  async #attempt(request: SearchRequest): Promise<Attempt> {
    this.#worker ??= this.#start();
    const worker = this.#worker;
    worker.ref();
    const attempt = await this.#search(worker, request);
    worker.unref();
    if (attempt.kind === "found") this.#hasSearched = true;
    else if (this.#worker === worker) await this.#end();
    return attempt;
  }

  #start(): Worker {
    const worker = new Worker(entry, {
      resourceLimits: { maxOldGenerationSizeMb: this.#budget.heapMebibytes },
    });
    // A running search has its own listeners. A thread that ends between searches is not an error.
    worker.on("error", () => {});
    return worker;
  }

  #search(worker: Worker, request: SearchRequest): Promise<Attempt> {
    return new Promise((resolve) => {
      let stopWatching = (): void => {};
      const settle = (attempt: Attempt): void => {
        stopWatching();
        worker.off("message", onMessage).off("error", onError).off("exit", onExit);
        resolve(attempt);
      };
      const stop = (reason: string): void => settle({ kind: "stopped", reason });
      const onMessage = (message: SearchMessage): void => {
        if (message.kind === "began") stopWatching = this.#watch(worker, message.cpuMicroseconds, stop);
        else if (message.kind === "found") settle(message);
        else stop(`the search failed: ${message.reason}`);
      };
      const onError = (error: unknown): void => settle({ kind: "died", reason: this.#reasonOf(error) });
      const onExit = (): void => settle({ kind: "died", reason: "the searching thread was ended" });
      worker.on("message", onMessage).on("error", onError).on("exit", onExit);
      const body = Uint8Array.from(request.response.body);
      worker.postMessage({ ...request, response: { ...request.response, body } }, [body.buffer]);
    });
  }

  #reasonOf(error: unknown): string {
    if (error instanceof Error && "code" in error && error.code === "ERR_WORKER_OUT_OF_MEMORY") {
      return `it takes more than ${this.#budget.heapMebibytes} MiB of memory`;
    }
    return error instanceof Error ? error.message : String(error);
  }

  /** Calls `stop` once the thread has used its budget of processor time since `began`. */
  #watch(worker: Worker, began: CpuMicroseconds, stop: (reason: string) => void): () => void {
    const { cpuMs } = this.#budget;
    const reason = `it takes more than ${cpuMs} ms of processor time`;
    let timer: NodeJS.Timeout;
    const ask = async (): Promise<void> => {
      const { user, system } = await worker.cpuUsage();
      const leftMs = cpuMs - (user + system - began.user - began.system) / 1000;
      if (leftMs <= 0) stop(reason);
      else wait(leftMs);
    };
    const wait = (leftMs: number): void => {
      timer = setTimeout(
        () => {
          // Rejects when the thread has ended; its exit event reports that too.
          ask().catch(() => {});
        },
        Math.max(leftMs, SHORTEST_WAIT_MS),
      );
    };
    const longest = setTimeout(
      () => stop(`it takes more than ${cpuMs * WALL_CLOCK_BUDGETS} ms`),
      cpuMs * WALL_CLOCK_BUDGETS,
    );
    wait(cpuMs);
    return () => {
      clearTimeout(timer);
      clearTimeout(longest);
    };
  }
}
