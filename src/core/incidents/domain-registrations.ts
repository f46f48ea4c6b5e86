/**
 * Keeps the expiry of the sites' domain registrations. Asks the registries for one domain at a time, and for each domain
 * once a day, also after a failure: registries limit requests.
 */

import { DAY_MS } from "../../contract/duration.ts";
import { messageOf } from "../../contract/errors.ts";
import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import { repeatUntilAborted } from "../running/repeating.ts";

export interface DomainRegistrations {
  /** Notes which sites are at which domains; `domainOf` returns null for a host without one. Throws `UnavailableError`. */
  noteSites(domainOf: (url: string) => string | null): Promise<void>;
  /** Takes the domain that is due, so that no other process asks it before `againMs`; null when none is. */
  takeDue(nowMs: number, againMs: number): Promise<string | null>;
  /** Stores the answer: the expiry (null where the registry does not tell), or why there is none. */
  store(
    domain: string,
    answer: { readonly expiresAtMs: number | null; readonly reason: string | null },
  ): Promise<void>;
}

export interface DomainWatchOptions {
  readonly registrations: DomainRegistrations;
  readonly domainOf: (url: string) => string | null;
  /** Resolves with the expiry, milliseconds since the epoch, or null. Throws when the registry gives no usable answer. */
  readonly ask: (domain: string, signal: AbortSignal) => Promise<number | null>;
  readonly clock: Clock;
  readonly log: Log;
}

const NOTE_EVERY_MS = 3_600_000;
/** Between two questions. */
const APART_MS = 10_000;
const IDLE_MS = 60_000;

/** Asks until the signal aborts. */
export async function watchDomains(
  { registrations, domainOf, ask, clock, log }: DomainWatchOptions,
  signal: AbortSignal,
): Promise<void> {
  let notedAtMs = Number.NEGATIVE_INFINITY;
  const next = async (): Promise<number> => {
    if (clock.monotonicMs() - notedAtMs >= NOTE_EVERY_MS) {
      await registrations.noteSites(domainOf);
      notedAtMs = clock.monotonicMs();
    }
    const nowMs = clock.now();
    const domain = await registrations.takeDue(nowMs, nowMs + DAY_MS);
    if (domain === null) return IDLE_MS;
    const answer = await ask(domain, signal).then(
      (expiresAtMs) => ({ expiresAtMs, reason: null }),
      (error: unknown) => {
        signal.throwIfAborted();
        return { expiresAtMs: null, reason: messageOf(error) };
      },
    );
    if (answer.reason !== null) log.info({ domain, reason: answer.reason }, "expiry of a domain not known");
    await registrations.store(domain, answer);
    return APART_MS;
  };
  await repeatUntilAborted(next, { what: "expiry of domains", clock, log }, signal);
}
