/** How often somebody may try to sign in. */
import ipaddr from "ipaddr.js";
import type { AttemptLimit } from "./ports.ts";

const QUARTER_HOUR_MS = 15 * 60_000;

/**
 * By account: guessing takes years at this rate, and the owner, who is shut out by a stranger's guesses for at most this
 * long, still has a passkey (NIST SP 800-63B-4, section 3.2.2, allows 100 in a row).
 */
const PER_ACCOUNT: AttemptLimit = { max: 10, windowMs: QUARTER_HOUR_MS };
/** By address: trying one password on many accounts. An office has one address. */
const PER_ADDRESS: AttemptLimit = { max: 60, windowMs: QUARTER_HOUR_MS };

export interface Attempt {
  readonly address: string;
  /** What was typed, be it an account or not; null where no account is named. */
  readonly account: string | null;
}

export interface CountedKey {
  readonly key: string;
  readonly limit: AttemptLimit;
}

/** What an attempt counts for. An account is counted whether it exists or not, so that the limit does not tell. */
export function countedKeys({ address, account }: Attempt): readonly CountedKey[] {
  const byAddress = { key: `sign-in from ${networkOf(address)}`, limit: PER_ADDRESS };
  return account === null ? [byAddress] : [byAddress, { key: accountKey(account), limit: PER_ACCOUNT }];
}

export function accountKey(account: string): string {
  return `sign-in of ${account.trim().toLowerCase()}`;
}

/** A customer has a whole /64 of IPv6 addresses (RFC 6177), so that they count as one. */
function networkOf(address: string): string {
  if (!ipaddr.isValid(address)) return address;
  const parsed = ipaddr.process(address);
  return parsed instanceof ipaddr.IPv6 ? parsed.parts.slice(0, 4).join(":") : parsed.toString();
}
