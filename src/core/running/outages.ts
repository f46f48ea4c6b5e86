/**
 * Tracks which parts of a process are failing, and why. Parts that fail for the same cause share one outage, which is
 * logged when its first part fails and when its last part recovers. The readiness endpoint reports open outages.
 */
import { messageOf } from "../../contract/errors.ts";
import { UnavailableError } from "../failures.ts";
import type { Log } from "../log.ts";

export interface PartOptions {
  /** Name of the part, for log lines. */
  readonly what: string;
  /** True for background work such as cleaning up: the app stays ready while it fails. */
  readonly upkeep?: boolean;
}

interface Outage {
  readonly what: string;
  readonly parts: Set<Part>;
  failedAttempts: number;
}

/** A part of a process that fails while a dependency is unavailable. */
export interface Part {
  /** Records a failed attempt that will be retried. `quiet` when the caller logs it. */
  failed(error: unknown, options?: { readonly quiet: boolean }): void;
  recovered(): void;
  /** Records that the part ended without recovering, because it is no longer needed. */
  left(): void;
}

export class Outages {
  readonly #log: Log;
  readonly #outages = new Map<string, Outage>();
  readonly #blocked = new Map<Part, string>();

  constructor(log: Log) {
    this.#log = log;
  }

  /** The reasons why the app is not ready, one per failing part; empty while it is ready. */
  get reasons(): ReadonlySet<string> {
    return new Set(this.#blocked.values());
  }

  part({ what, upkeep = false }: PartOptions): Part {
    const part: Part = {
      failed: (error, { quiet } = { quiet: false }) => {
        if (!upkeep) this.#blocked.set(part, messageOf(error));
        if (!quiet) this.#join(part, what, error);
      },
      recovered: () => this.#leave(part, { recovered: true }),
      left: () => this.#leave(part, { recovered: false }),
    };
    return part;
  }

  #join(part: Part, what: string, error: unknown): void {
    const name = (error instanceof UnavailableError ? error.outage : undefined) ?? what;
    const joined = this.#outages.get(name);
    const outage = joined ?? { what, parts: new Set(), failedAttempts: 0 };
    // The cause may have changed since the last attempt.
    for (const [other, { parts }] of this.#outages) {
      if (other !== name && parts.delete(part) && parts.size === 0) this.#outages.delete(other);
    }
    this.#outages.set(name, outage);
    outage.parts.add(part);
    outage.failedAttempts += 1;
    if (joined !== undefined) return;
    this.#log.warn({ what, reason: messageOf(error) }, "dependency unavailable, retrying");
  }

  #leave(part: Part, { recovered }: { readonly recovered: boolean }): void {
    this.#blocked.delete(part);
    for (const [name, { what, parts, failedAttempts }] of this.#outages) {
      if (!parts.delete(part) || parts.size > 0) continue;
      this.#outages.delete(name);
      if (recovered) this.#log.info({ what, failedAttempts }, "dependency available again");
    }
  }
}

const outagesByLog = new WeakMap<Log, Outages>();

/** The outages of the process to which this logger belongs; all parts of a process share one logger. */
export function outagesOf(log: Log): Outages {
  const known = outagesByLog.get(log);
  if (known !== undefined) return known;
  const outages = new Outages(log);
  outagesByLog.set(log, outages);
  return outages;
}
