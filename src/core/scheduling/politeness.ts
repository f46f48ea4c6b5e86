/**
 * Limits how many checks run at once, in total and per host. Hosts with waiting checks take turns, so a slow host with
 * many waiting checks does not delay checks of other hosts.
 *
 * A host is ready when it has a waiting check and a free place. Starting and ending a check take constant time, however
 * many checks wait.
 */
import { listenForAbort } from "../running/abort-listeners.ts";
import { WaitingLine } from "../running/waiting-line.ts";

/** Runs a task when the global and per-host limits allow it. Rejects with the signal's reason when aborted before. */
export interface CheckLimit {
  run<T>(host: string, task: () => Promise<T>, signal: AbortSignal): Promise<T>;
}

export interface PolitenessOptions {
  /** Largest number of checks in flight. */
  readonly maxConcurrent: number;
  /** Largest number of checks in flight per host. */
  readonly maxPerHost: number;
}

export function createPoliteness(options: PolitenessOptions): CheckLimit {
  return new Politeness(options);
}

interface Host {
  readonly name: string;
  running: number;
  /** Includes checks that were aborted while they waited. */
  readonly queue: WaitingLine<Waiting>;
  /** Checks in `queue` that were not aborted. */
  waiting: number;
  /** Whether the host is in the queue of ready hosts. */
  ready: boolean;
}

interface Waiting {
  readonly start: () => void;
  aborted: boolean;
}

class Politeness implements CheckLimit {
  readonly #options: PolitenessOptions;
  readonly #hosts = new Map<string, Host>();
  /** Hosts that may start a check, least recently served first. */
  readonly #ready = new WaitingLine<Host>();
  #running = 0;

  constructor(options: PolitenessOptions) {
    this.#options = options;
  }

  async run<T>(hostName: string, task: () => Promise<T>, signal: AbortSignal): Promise<T> {
    signal.throwIfAborted();
    const host = this.#host(hostName);
    if (this.#running < this.#options.maxConcurrent && this.#hasPlace(host) && host.waiting === 0) {
      this.#take(host);
    } else {
      await this.#turn(host, signal);
    }
    try {
      return await task();
    } finally {
      this.#release(host);
    }
  }

  #host(name: string): Host {
    const known = this.#hosts.get(name);
    if (known !== undefined) return known;
    const host: Host = { name, running: 0, queue: new WaitingLine(), waiting: 0, ready: false };
    this.#hosts.set(name, host);
    return host;
  }

  #hasPlace(host: Host): boolean {
    return host.running < this.#options.maxPerHost;
  }

  #take(host: Host): void {
    host.running += 1;
    this.#running += 1;
  }

  /** Resolves when a place was taken; rejects with the signal's reason. */
  #turn(host: Host, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const waiting: Waiting = {
        aborted: false,
        start: () => {
          stopListening();
          resolve();
        },
      };
      const stopListening = listenForAbort(signal, () => {
        waiting.aborted = true;
        host.waiting -= 1;
        this.#forgetIfIdle(host);
        reject(signal.reason);
      });
      host.queue.join(waiting);
      host.waiting += 1;
      this.#makeReady(host);
    });
  }

  #release(host: Host): void {
    host.running -= 1;
    this.#running -= 1;
    this.#makeReady(host);
    this.#forgetIfIdle(host);
    this.#startReady();
  }

  #makeReady(host: Host): void {
    if (host.ready || host.waiting === 0 || !this.#hasPlace(host)) return;
    host.ready = true;
    this.#ready.join(host);
  }

  #startReady(): void {
    while (this.#running < this.#options.maxConcurrent) {
      const host = this.#ready.next();
      if (host === undefined) return;
      host.ready = false;
      const waiting = nextNotAborted(host.queue);
      if (waiting === undefined) continue;
      host.waiting -= 1;
      this.#take(host);
      // Hosts take turns: move this one to the end of the queue.
      this.#makeReady(host);
      waiting.start();
    }
  }

  #forgetIfIdle(host: Host): void {
    if (host.running === 0 && host.waiting === 0) this.#hosts.delete(host.name);
  }
}

function nextNotAborted(queue: WaitingLine<Waiting>): Waiting | undefined {
  for (let waiting = queue.next(); waiting !== undefined; waiting = queue.next()) {
    if (!waiting.aborted) return waiting;
  }
  return undefined;
}
