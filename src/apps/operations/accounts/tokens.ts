/** Creates, lists and revokes API tokens. */
import { FailureError, UsageError } from "../../../contract/errors.ts";
import type { AccessToken, Accounts } from "../../../core/accounts/ports.ts";
import type { Right } from "../../../core/accounts/rights.ts";
import { createToken, hashOfSecret, shownBeginning } from "../../../core/accounts/secrets.ts";
import { type ChangedBy, recordChange } from "./audit.ts";

interface TokenResources {
  readonly accounts: Pick<Accounts, "tokens" | "audit">;
}

export interface TokenRequest {
  readonly name: string;
  readonly scopes: readonly Right[];
  readonly tags: readonly string[] | null;
  /** Null: belongs to nobody, so that it outlives the people. */
  readonly ownerId: string | null;
  /** Null: never ends. */
  readonly lifetimeMs: number | null;
}

const LONGEST_NAME = 200;
const LONGEST_LIFETIME_MS = 10 * 366 * 86_400_000;

export interface CreatedToken {
  readonly token: AccessToken;
  /** Shown once: only its hash is stored. */
  readonly secret: string;
}

/** Throws `UsageError` for a missing name or scope, or a lifetime beyond ten years. */
export async function createAccessToken(
  resources: TokenResources,
  by: ChangedBy,
  request: TokenRequest,
  nowMs: number,
): Promise<CreatedToken> {
  const { scopes, tags, ownerId, lifetimeMs } = request;
  const name = request.name.trim();
  if (name === "" || name.length > LONGEST_NAME) {
    throw new UsageError(`name must have 1 to ${LONGEST_NAME} characters that say what the token is for`);
  }
  if (scopes.length === 0) throw new UsageError("a token needs a scope: read, edit or administer");
  if (lifetimeMs !== null && (lifetimeMs <= 0 || lifetimeMs > LONGEST_LIFETIME_MS)) {
    throw new UsageError("a token lasts ten years at most: such as 90d");
  }
  const secret = createToken();
  const token = await resources.accounts.tokens.add({
    name,
    hash: hashOfSecret(secret),
    beginning: shownBeginning(secret),
    scopes: [...new Set(scopes)],
    tags,
    ownerId,
    expiresAtMs: lifetimeMs === null ? null : nowMs + lifetimeMs,
  });
  await record(resources, by, "access-token.created", token, { before: null, after: describe(token) });
  return { token, secret };
}

/** Of one person, or of all when `ownerId` is null. */
export async function listAccessTokens(
  { accounts }: TokenResources,
  ownerId: string | null,
): Promise<readonly AccessToken[]> {
  return await accounts.tokens.list(ownerId);
}

/** Only a token of `ownerId`, where one is given. Throws `FailureError` when there is none with the id. */
export async function revokeAccessToken(
  resources: TokenResources,
  by: ChangedBy,
  { id, ownerId }: { readonly id: string; readonly ownerId: string | null },
): Promise<AccessToken> {
  const revoked = await resources.accounts.tokens.revoke(id, ownerId);
  if (revoked === null) throw new FailureError(`there is no token ${id}; see: sitewire tokens list`);
  await record(resources, by, "access-token.revoked", revoked, { before: describe(revoked), after: null });
  return revoked;
}

async function record(
  resources: TokenResources,
  by: ChangedBy,
  action: string,
  { id, name }: AccessToken,
  change: { readonly before: object | null; readonly after: object | null },
): Promise<void> {
  await recordChange(resources, by, { action, target: { kind: "access-token", id, name }, ...change });
}

function describe({ name, beginning, scopes, tags, ownerName, expiresAtMs }: AccessToken): object {
  const expiresAt = expiresAtMs === null ? null : new Date(expiresAtMs).toISOString();
  return { name, beginning, scopes, tags, owner: ownerName, expiresAt };
}
