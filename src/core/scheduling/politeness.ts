/**
 * Politeness: how many checks run at once, over all and against one host. Hosts with waiting checks take turns, so a
 * slow host with many waiting checks takes no place from another host.
 *
 * A host is ready when it has a waiting check and a free place. Each start and each end costs the same however many
 * checks wait.
 */
import { listenForAbort } from "../running/abort-listeners.ts";
import { WaitingLine } from "../running/waiting-line.ts";

/** Runs a task when the global and per-host limits allow it; rejects with the signal's reason when aborted before. */
export interface CheckLimit {
  run<T>(host: string, task: () => Promise<T>, signal: AbortSignal): Promise<T>;
}

export interface PolitenessOptions {
  /** Checks in flight at most. */
  readonly maxConcurrent: number;
  /** Checks in flight against one host at most. */
  readonly maxPerHost: number;
}

export function createPoliteness(options: PolitenessOptions): CheckLimit {
  return new Politeness(options);
}

interface Host {
  readonly name: string;
  running: number;
  /** Includes checks that were aborted while they waited. */
  readonly line: WaitingLine<Waiting>;
  /** Checks in `line` that were not aborted. */
  waiting: number;
  /** Whether the host is in the queue of ready hosts. */
  ready: boolean;
}

interface Waiting {
  readonly start: () => void;
  gaveUp: boolean;
}

class Politeness implements CheckLimit {
  readonly #options: PolitenessOptions;
  readonly #hosts = new Map<string, Host>();
  /** Hosts that may start a check, the least recently served first. */
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
    const host: Host = { name, running: 0, line: new WaitingLine(), waiting: 0, ready: false };
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

  /** Resolves with a place taken; rejects with the signal's reason. */
  #turn(host: Host, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const waiting: Waiting = {
        gaveUp: false,
        start: () => {
          stopListening();
          resolve();
        },
      };
      const stopListening = listenForAbort(signal, () => {
        waiting.gaveUp = true;
        host.waiting -= 1;
        this.#forgetIfIdle(host);
        reject(signal.reason);
      });
      host.line.join(waiting);
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
      const waiting = nextStaying(host.line);
      if (waiting === undefined) continue;
      host.waiting -= 1;
      this.#take(host);
      // Back to the end of the queue, so that hosts take turns.
      this.#makeReady(host);
      waiting.start();
    }
  }

  #forgetIfIdle(host: Host): void {
    if (host.running === 0 && host.waiting === 0) this.#hosts.delete(host.name);
  }
}

function nextStaying(line: WaitingLine<Waiting>): Waiting | undefined {
  for (let waiting = line.next(); waiting !== undefined; waiting = line.next()) {
    if (!waiting.gaveUp) return waiting;
  }
  return undefined;
}
