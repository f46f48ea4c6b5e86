/** Who makes a change on the command line, for the audit log. */
import type { ChangedBy } from "../apps/operations/accounts/audit.ts";
import { personOf } from "./person.ts";
import type { Terminal } from "./terminal.ts";

export function changedBy(terminal: Terminal): ChangedBy {
  return { actor: { kind: "command line", id: null, name: personOf(terminal) }, address: null };
}
