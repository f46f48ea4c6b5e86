/** All that the database holds of accounts. */
import type { Accounts } from "../../../core/accounts/ports.ts";
import type { SqlService } from "../connecting/sql.ts";
import { SqlAttemptStore } from "./attempt-store.ts";
import { SqlAuditLog } from "./audit-log.ts";
import { SqlLinkStore } from "./link-store.ts";
import { SqlPeopleStore } from "./people-store.ts";
import { SqlSessionStore } from "./session-store.ts";
import { SqlTokenStore } from "./token-store.ts";

export function createAccounts(service: SqlService): Accounts {
  return {
    people: new SqlPeopleStore(service),
    sessions: new SqlSessionStore(service),
    tokens: new SqlTokenStore(service),
    links: new SqlLinkStore(service),
    attempts: new SqlAttemptStore(service),
    audit: new SqlAuditLog(service),
  };
}
