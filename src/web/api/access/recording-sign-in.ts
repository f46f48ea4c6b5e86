/** Records sessions, and changes of one's own account, in the audit log. */
import type { FastifyRequest } from "fastify";
import { recordChange } from "../../../apps/operations/accounts/audit.ts";
import type { ServerResources } from "../../../apps/wiring/server-resources.ts";
import type { Person } from "../../../core/accounts/ports.ts";
import { hashOfSecret } from "../../../core/accounts/secrets.ts";

export interface SignInOutcome {
  /** Such as `/api/auth/sign-in/email`. */
  readonly path: string;
  readonly status: number;
  /** The token of a session that began; null for none. */
  readonly started: string | null;
}

const ACTIONS: ReadonlyMap<string, string> = new Map([
  ["/api/auth/sign-out", "session.ended"],
  ["/api/auth/change-password", "person.password-changed"],
  ["/api/auth/two-factor/verify-totp", "person.second-factor-added"],
  ["/api/auth/two-factor/disable", "person.second-factor-removed"],
  ["/api/auth/two-factor/generate-backup-codes", "person.recovery-codes-renewed"],
  ["/api/auth/passkey/register", "person.passkey-added"],
]);

export async function recordSignIn(
  { database }: ServerResources,
  request: FastifyRequest,
  { path, status, started }: SignInOutcome,
): Promise<void> {
  if (status >= 400) return;
  const own = request.session?.person;
  const action = ACTIONS.get(path);
  const record = async (person: Person, what: string): Promise<void> => {
    const { id, name } = person;
    await recordChange(
      database,
      { actor: { kind: "person", id, name }, address: request.ip },
      { action: what, target: { kind: "person", id, name }, before: null, after: null },
    );
  };
  // Who is signed in already gets a new session with each change of the password or of the second factor.
  if (own !== undefined && action !== undefined) return await record(own, action);
  if (started === null) return;
  const found = await database.accounts.sessions.noteStart(hashOfSecret(started));
  if (found !== null) await record(found.person, "session.started");
}
