/** Records changes in the audit log, and lists them. */
import { UsageError } from "../../../contract/errors.ts";
import type {
  AuditEntry,
  AuditFilter,
  AuditLog,
  NewAuditEntry,
} from "../../../core/accounts/audit-entries.ts";
import { withoutSecrets } from "../../../core/accounts/redaction.ts";

interface AuditResources {
  readonly accounts: { readonly audit: AuditLog };
}

/** Who makes a change, and from which address. */
export type ChangedBy = Pick<NewAuditEntry, "actor" | "address">;
export type RecordedChange = Pick<NewAuditEntry, "action" | "target" | "before" | "after">;

/** Adds an entry, as `recordChanges` does. */
export async function recordChange(
  resources: AuditResources,
  by: ChangedBy,
  change: RecordedChange,
): Promise<void> {
  await recordChanges(resources, by, [change]);
}

/**
 * Adds an entry for each change. Removes the secrets of `before` and `after`, which are whole things as they were and
 * are; of a `channel` also its address.
 */
export async function recordChanges(
  { accounts }: AuditResources,
  by: ChangedBy,
  changes: readonly RecordedChange[],
): Promise<void> {
  const entries = changes.map(({ action, target, before, after }) => {
    const shown = withoutSecrets({ before, after }, { secretAddresses: target.kind === "channel" });
    return { ...by, action, target, ...shown };
  });
  await accounts.audit.append(entries);
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
