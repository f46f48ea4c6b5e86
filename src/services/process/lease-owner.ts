/** Names a process among those that share something by leases. */
import { randomUUID } from "node:crypto";
import { hostname } from "node:os";

/** Another name at each call: one that was started again is another owner. */
export function newLeaseOwner(): string {
  return `${hostname()}/${process.pid}/${randomUUID().slice(0, 8)}`;
}
