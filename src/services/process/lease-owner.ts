/** Creates the name of a process that shares work by leases. */
import { randomUUID } from "node:crypto";
import { hostname } from "node:os";

/** Returns a new name at each call: a restarted process is a different owner. */
export function newLeaseOwner(): string {
  return `${hostname()}/${process.pid}/${randomUUID().slice(0, 8)}`;
}
