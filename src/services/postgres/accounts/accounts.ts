/** All that the database holds of accounts. */
import type { Accounts } from "../../../core/accounts/ports.ts";
import type { Log } from "../../../core/log.ts";
import type { SqlService } from "../connecting/sql.ts";
import { SqlAttemptStore } from "./attempt-store.ts";
import { SqlAuditLog } from "./audit-log.ts";
import { SqlLinkStore } from "./link-store.ts";
import { SqlPasskeyStore } from "./passkey-store.ts";
import { SqlPeopleStore } from "./people-store.ts";
import { SqlSessionStore } from "./session-store.ts";
import { SqlTokenStore } from "./token-store.ts";

export function createAccounts(service: SqlService, log: Log): Accounts {
  const attempts = new SqlAttemptStore(service);
  const passkeys = new SqlPasskeyStore(service);
  return {
    people: new SqlPeopleStore(service),
    sessions: new SqlSessionStore(service),
    tokens: new SqlTokenStore(service),
    links: new SqlLinkStore(service),
    passkeys,
    attempts,
    audit: new SqlAuditLog(service),
    async openSignIn(options) {
      const { createSignIn } = await import("../sign-in/sign-in.ts");
      return await createSignIn({ service, attempts, passkeys, log }, options);
    },
  };
}
