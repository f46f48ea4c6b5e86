/** Counts attempts to sign in, over all server processes. */
import { type Attempt, accountKey, countedKeys } from "../../../core/accounts/attempt-limits.ts";
import type { AttemptStore } from "../../../core/accounts/ports.ts";

interface AttemptResources {
  readonly accounts: { readonly attempts: AttemptStore };
}

/** Counts the attempt before it is made. Returns how long to wait, in milliseconds; 0 lets it pass. */
export async function takeAttempt({ accounts }: AttemptResources, attempt: Attempt): Promise<number> {
  const waits = await Promise.all(
    countedKeys(attempt).map(({ key, limit }) => accounts.attempts.take(key, limit)),
  );
  return Math.max(0, ...waits);
}

/** After a sign-in the account's failures are forgotten; those of the address are not. */
export async function forgiveAccount({ accounts }: AttemptResources, account: string): Promise<void> {
  await accounts.attempts.clear(accountKey(account));
}
