/**
 * Tells whether this monitor reaches anything at all. Asked only after a failed check: when none of the reference
 * addresses accepts a connection, the failure says nothing about the site.
 */
import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";

export interface UplinkOptions {
  /** `host:port`, at least one. */
  readonly addresses: readonly string[];
  /** Resolves with whether the address accepts a TCP connection within `timeoutMs`. Rejects only with the signal's reason. */
  readonly reach: (address: string, timeoutMs: number, signal: AbortSignal) => Promise<boolean>;
  readonly clock: Clock;
  readonly log: Log;
}

const REACH_TIMEOUT_MS = 3000;
/** Failed checks within this time share one answer. */
const ANSWER_LASTS_MS = 2000;

export class Uplink {
  readonly #options: UplinkOptions;
  #wasDown = false;
  #answer: { readonly down: Promise<boolean>; readonly askedAtMs: number } | null = null;

  constructor(options: UplinkOptions) {
    this.#options = options;
  }

  /** Rejects only with the signal's reason. */
  async isDown(signal: AbortSignal): Promise<boolean> {
    signal.throwIfAborted();
    const nowMs = this.#options.clock.monotonicMs();
    if (this.#answer === null || nowMs - this.#answer.askedAtMs >= ANSWER_LASTS_MS) {
      this.#answer = { down: this.#ask(signal), askedAtMs: nowMs };
    }
    return await this.#answer.down;
  }

  async #ask(signal: AbortSignal): Promise<boolean> {
    const { addresses, reach, log } = this.#options;
    const reached = await Promise.all(addresses.map((address) => reach(address, REACH_TIMEOUT_MS, signal)));
    const down = !reached.includes(true);
    if (down && !this.#wasDown) {
      log.error({ addresses }, "no reference address reached: failed checks count as not observed");
    }
    if (!down && this.#wasDown) log.info({ addresses }, "reference addresses reached again");
    this.#wasDown = down;
    return down;
  }
}
