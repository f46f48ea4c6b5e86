/**
 * Decides which results hold the certificate chain. A chain takes about 500 bytes, and most checks of a site see the
 * chain of the check before. A result holds it when the verdict is not up, when it differs from the last one told, and
 * once a day, so that deleting old results never deletes the only copy.
 */
import type { ChainCertificate, Verdict } from "../../contract/checks/check-result.ts";
import { DAY_MS } from "../../contract/duration.ts";

type Chain = readonly ChainCertificate[];

export class ToldChain {
  #chain: Chain = [];
  #toldAtMs = Number.NEGATIVE_INFINITY;

  /** Returns whether the result holds the chain, and remembers that it does. `nowMs`: milliseconds since the epoch. */
  tells(chain: Chain, verdict: Verdict, nowMs: number): boolean {
    if (chain.length === 0) return false;
    const isKnown = isSameChain(chain, this.#chain) && nowMs - this.#toldAtMs < DAY_MS;
    if (isKnown && verdict === "up") return false;
    this.#chain = chain;
    this.#toldAtMs = nowMs;
    return true;
  }
}

function isSameChain(one: Chain, other: Chain): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other);
}
