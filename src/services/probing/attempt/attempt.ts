/**
 * One attempt under one deadline: its steps, the time each phase took, and the way it ends early.
 *
 * An attempt is in one phase at a time. A phase begins when we act and ends when its event arrives; the time an event
 * waits for this process is not the site's and counts to no phase. The phases add up to the total. When the deadline passes or the signal aborts, the current step is stopped and rejects. An attempt has one
 * timer and one abort listener, however many hops it takes.
 */
import type { CheckErrorCode } from "../../../contract/checks/check-error-code.ts";
import type { Timings } from "../../../contract/checks/check-result.ts";
import type { Trace } from "../../../core/checking/trace.ts";
import { listenForAbort } from "../../../core/running/abort-listeners.ts";
import { ProbeError } from "../probe-error.ts";
import { Deadline } from "./deadline.ts";
import { eventArrivals } from "./event-arrival.ts";
import { processPauses } from "./process-pauses.ts";

/** What an attempt can be waiting for. */
export type Phase = "dns" | "connect" | "proxy" | "tls" | "firstByte" | "headers" | "body";

type PhaseTimings = Record<Exclude<keyof Timings, "totalMs">, number | null>;

interface PhaseFacts {
  readonly timing: keyof PhaseTimings;
  readonly timeout: CheckErrorCode;
  readonly waitingFor: string;
  /** Whether it begins with the event that ends the phase before, and not with what we do next. */
  readonly followsAtOnce?: true;
}

const PHASES: Readonly<Record<Phase, PhaseFacts>> = {
  dns: { timing: "dnsMs", timeout: "dns_timeout", waitingFor: "the name to be resolved" },
  connect: { timing: "connectMs", timeout: "connect_timeout", waitingFor: "the connection" },
  proxy: { timing: "connectMs", timeout: "proxy_failed", waitingFor: "the proxy" },
  tls: { timing: "tlsMs", timeout: "tls_timeout", waitingFor: "the TLS handshake" },
  firstByte: { timing: "firstByteMs", timeout: "first_byte_timeout", waitingFor: "the first byte" },
  headers: {
    timing: "downloadMs",
    timeout: "headers_timeout",
    waitingFor: "the end of the headers",
    followsAtOnce: true,
  },
  body: {
    timing: "downloadMs",
    timeout: "body_timeout",
    waitingFor: "the end of the body",
    followsAtOnce: true,
  },
};

/** Starts something; returns how to stop it when it is no longer wanted. */
type Begin<T> = (resolve: (value: T) => void, reject: (reason: unknown) => void) => () => void;

export class Attempt {
  readonly #timeoutMs: number;
  readonly #stopListening: () => void;
  readonly #deadline: Deadline;
  readonly #longPausesBefore: number;
  readonly #spentMs: PhaseTimings = {
    dnsMs: null,
    connectMs: null,
    tlsMs: null,
    firstByteMs: null,
    downloadMs: null,
  };
  #phase: Phase | null = null;
  #phaseBeganMs = 0;
  #uncertainMs = 0;
  #ended: { readonly reason: unknown } | null = null;
  #interruptStep: ((reason: unknown) => void) | null = null;

  /** Reports the steps of the attempt to a trace, such as `check --verbose`. */
  readonly trace: Trace;

  constructor(timeoutMs: number, signal: AbortSignal, trace: Trace = () => {}) {
    this.trace = trace;
    this.#timeoutMs = timeoutMs;
    processPauses.watch();
    eventArrivals.watch();
    this.#longPausesBefore = processPauses.longPauses();
    this.#deadline = new Deadline(timeoutMs, processPauses, () => this.#end(this.#timeoutError()));
    this.#stopListening = listenForAbort(signal, () => this.#end(signal.reason));
  }

  /** Whether the deadline has passed or the signal has aborted. */
  get over(): boolean {
    return this.#ended !== null;
  }

  /** Whether this process stood still for so long that what the attempt saw may be our doing. Not after `finish`. */
  get processPaused(): boolean {
    return processPauses.longPauses() > this.#longPausesBefore || this.#deadline.passedTooEarly;
  }

  /** Upper bound of the reported time that this process may have caused, milliseconds. */
  get uncertainMs(): number {
    return this.#uncertainMs;
  }

  /** Time from now on is counted to this phase. */
  enter(phase: Phase): void {
    const endedMs = this.#endPhase();
    this.#phase = phase;
    this.#phaseBeganMs = PHASES[phase].followsAtOnce ? (endedMs ?? performance.now()) : performance.now();
  }

  /**
   * Waits for one step of the attempt; no two steps at a time. Rejects with the step's own error, with a
   * `ProbeError` at the deadline, or with the signal's reason; in the latter two cases the step is stopped.
   */
  step<T>(begin: Begin<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.#ended !== null) {
        reject(this.#ended.reason);
        return;
      }
      let stop: (() => void) | null = null;
      const interrupt = (reason: unknown): void => {
        reject(reason);
        stop?.();
      };
      const over = (): void => {
        if (this.#interruptStep === interrupt) this.#interruptStep = null;
      };
      this.#interruptStep = interrupt;
      stop = begin(
        (value) => {
          over();
          resolve(value);
        },
        (reason) => {
          over();
          reject(reason);
        },
      );
    });
  }

  /** Stops clock, deadline and listener. Call it once, when the attempt is over. Null when no phase began. */
  finish(): Timings | null {
    this.#deadline.clear();
    processPauses.unwatch();
    this.#stopListening();
    const begun = this.#phase !== null;
    this.#endPhase();
    eventArrivals.unwatch();
    if (!begun) return null;
    this.#phase = null;
    const { dnsMs, connectMs, tlsMs, firstByteMs, downloadMs } = this.#spentMs;
    const totalMs = (dnsMs ?? 0) + (connectMs ?? 0) + (tlsMs ?? 0) + (firstByteMs ?? 0) + (downloadMs ?? 0);
    return { dnsMs, connectMs, tlsMs, firstByteMs, downloadMs, totalMs };
  }

  #end(reason: unknown): void {
    this.#ended ??= { reason };
    const interrupt = this.#interruptStep;
    this.#interruptStep = null;
    interrupt?.(reason);
  }

  /** Returns when the phase ended, as far as that is known; null if there was none. */
  #endPhase(): number | null {
    if (this.#phase === null) return null;
    const { timing } = PHASES[this.#phase];
    const { earliestMs, latestMs } = eventArrivals.now();
    const endedMs = Math.max(this.#phaseBeganMs, latestMs);
    this.#spentMs[timing] = (this.#spentMs[timing] ?? 0) + (endedMs - this.#phaseBeganMs);
    this.#uncertainMs += endedMs - Math.max(this.#phaseBeganMs, earliestMs);
    return endedMs;
  }

  #timeoutError(): ProbeError {
    const { timeout, waitingFor } = PHASES[this.#phase ?? "connect"];
    return new ProbeError(timeout, `${this.#timeoutMs} ms were over while waiting for ${waitingFor}`);
  }
}
