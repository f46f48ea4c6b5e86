/**
 * What the parts of one process can't do now, and why. Parts that fail for the same cause share an outage: the log tells
 * of it when the first of them fails and when the last one works again. Readiness asks which outages are open.
 */
import { messageOf } from "../../contract/errors.ts";
import { UnavailableError } from "../failures.ts";
import type { Log } from "../log.ts";

export interface PartOptions {
  /** Names the part in the log. */
  readonly what: string;
  /** True for work that the app does its job without, such as cleaning up; the app stays ready. */
  readonly upkeep?: boolean;
}

interface Outage {
  readonly what: string;
  readonly parts: Set<Part>;
  failedAttempts: number;
}

/** Something a process does that fails while a dependency is away. */
export interface Part {
  /** It failed, and will be tried again. `quiet` where the caller logs it. */
  failed(error: unknown, options?: { readonly quiet: boolean }): void;
  recovered(): void;
  /** It ends without having recovered, because it is not needed any more. */
  left(): void;
}

export class Outages {
  readonly #log: Log;
  readonly #outages = new Map<string, Outage>();
  readonly #blocked = new Map<Part, string>();

  constructor(log: Log) {
    this.#log = log;
  }

  /** Why the app can't do its job now, one reason for each part that fails; empty while it can. */
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
    // The cause may be another one than before.
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

/** The outages of the process that writes this log: all its parts write one. */
export function outagesOf(log: Log): Outages {
  const known = outagesByLog.get(log);
  if (known !== undefined) return known;
  const outages = new Outages(log);
  outagesByLog.set(log, outages);
  return outages;
}
