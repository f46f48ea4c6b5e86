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

/** As in migrations/0006_accounts.sql. */
const ACCESS_CHANNEL = "sitewire_access";

export function createAccounts(service: SqlService, schema: string, log: Log): Accounts {
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
    onAccessChanged(listener, signal) {
      const heard = (payload: string | null): void => {
        if (payload === null || payload === schema) listener();
      };
      service.listen(ACCESS_CHANNEL, heard, signal);
    },
    async openSignIn(options) {
      const { createSignIn } = await import("../sign-in/sign-in.ts");
      return await createSignIn({ service, attempts, passkeys, log }, options);
    },
  };
}
