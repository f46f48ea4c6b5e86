/** Records changes in the audit log, and lists them. */
import { UsageError } from "../../../contract/errors.ts";
import type { AuditEntry, AuditFilter, AuditLog, NewAuditEntry } from "../../../core/accounts/ports.ts";
import { withoutSecrets } from "../../../core/accounts/redaction.ts";

interface AuditResources {
  readonly accounts: { readonly audit: AuditLog };
}

/** Who makes a change, and from which address. */
export type ChangedBy = Pick<NewAuditEntry, "actor" | "address">;
export type RecordedChange = Pick<NewAuditEntry, "action" | "target" | "before" | "after">;

/**
 * Adds an entry. Removes the secrets of `before` and `after`, which are whole things as they were and are; of a
 * `channel` also its address.
 */
export async function recordChange(
  { accounts }: AuditResources,
  by: ChangedBy,
  { action, target, before, after }: RecordedChange,
): Promise<void> {
  const shown = withoutSecrets({ before, after }, { secretAddresses: target.kind === "channel" });
  await accounts.audit.append({ ...by, action, target, ...shown });
}

/** Newest first. Throws `UsageError` for a wrong id in `before`. */
export async function listAudit(
  { accounts }: AuditResources,
  filter: AuditFilter,
): Promise<readonly AuditEntry[]> {
  if (filter.before !== undefined && !/^\d{1,18}$/.test(filter.before)) {
    throw new UsageError(`the cursor is "${filter.before}": must be one that an earlier answer gave`);
  }
  return await accounts.audit.list(filter);
}
