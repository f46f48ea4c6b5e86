/**
 * Politeness: how many checks run at once, over all and against one host. Hosts with waiting checks take turns, so a
 * slow host with a long queue holds only its own places and nobody else's.
 *
 * A host is ready when it has a waiting check and a free place. Each start and each end costs the same however many
 * checks wait.
 */
import type { CheckLimit } from "../scheduling/monitor.ts";

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
  /** In order of arrival. */
  readonly waiting: Set<() => void>;
}

class Politeness implements CheckLimit {
  readonly #options: PolitenessOptions;
  readonly #hosts = new Map<string, Host>();
  /** Hosts that may start a check, the one that waited longest first. */
  readonly #ready = new Set<Host>();
  #running = 0;

  constructor(options: PolitenessOptions) {
    this.#options = options;
  }

  async run<T>(hostName: string, task: () => Promise<T>, signal: AbortSignal): Promise<T> {
    signal.throwIfAborted();
    const host = this.#host(hostName);
    if (this.#running >= this.#options.maxConcurrent || !this.#hasPlace(host) || host.waiting.size > 0) {
      await this.#turn(host, signal);
    } else {
      this.#take(host);
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
    const host: Host = { name, running: 0, waiting: new Set() };
    this.#hosts.set(name, host);
    return host;
  }

  #hasPlace(host: Host): boolean {
    return host.running < this.#options.maxPerHost;
  }

  /** Resolves with a place taken; rejects with the signal's reason. */
  #turn(host: Host, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const start = (): void => {
        signal.removeEventListener("abort", giveUp);
        resolve();
      };
      const giveUp = (): void => {
        host.waiting.delete(start);
        if (host.waiting.size === 0) this.#ready.delete(host);
        this.#forget(host);
        reject(signal.reason);
      };
      signal.addEventListener("abort", giveUp, { once: true });
      host.waiting.add(start);
      if (this.#hasPlace(host)) this.#ready.add(host);
    });
  }

  #take(host: Host): void {
    host.running += 1;
    this.#running += 1;
  }

  #release(host: Host): void {
    host.running -= 1;
    this.#running -= 1;
    if (host.waiting.size > 0) this.#ready.add(host);
    else this.#forget(host);
    this.#startReady();
  }

  #startReady(): void {
    for (const host of this.#ready) {
      if (this.#running >= this.#options.maxConcurrent) return;
      this.#ready.delete(host);
      const [start] = host.waiting;
      if (start === undefined) continue;
      host.waiting.delete(start);
      this.#take(host);
      // To the end of the line, so that the hosts take turns.
      if (host.waiting.size > 0 && this.#hasPlace(host)) this.#ready.add(host);
      start();
    }
  }

  #forget(host: Host): void {
    if (host.running === 0 && host.waiting.size === 0) this.#hosts.delete(host.name);
  }
}
