/** Finds out who makes a request by the session or the token that it carries. */
import { type Actor, actorOfPerson, actorOfToken } from "../../../core/accounts/actor.ts";
import type { Accounts, FoundSession } from "../../../core/accounts/ports.ts";
import { hashOfSecret, isToken } from "../../../core/accounts/secrets.ts";

interface AccessResources {
  readonly accounts: Pick<Accounts, "sessions" | "tokens">;
}

export interface SignedIn {
  readonly actor: Actor;
  /** Null for a token. */
  readonly session: FoundSession | null;
}

/** Null for a session that has ended. */
export async function signedInBySession(
  { accounts }: AccessResources,
  token: string,
): Promise<SignedIn | null> {
  const found = await accounts.sessions.find(hashOfSecret(token));
  return found === null ? null : { actor: actorOfPerson(found.person), session: found };
}

/** Null for what is no token, and for one that was revoked or has expired. */
export async function signedInByToken(
  { accounts }: AccessResources,
  token: string,
): Promise<SignedIn | null> {
  if (!isToken(token)) return null;
  const found = await accounts.tokens.find(hashOfSecret(token));
  return found === null ? null : { actor: actorOfToken(found), session: null };
}
