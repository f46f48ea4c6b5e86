/** Records what a request has changed. */
import type { FastifyRequest } from "fastify";
import {
  type ChangedBy,
  type RecordedChange,
  recordChange,
} from "../../../apps/operations/accounts/audit.ts";
import type { ServerResources } from "../../../apps/wiring/server-resources.ts";

/** Who makes the request, and from where, as operations take it. */
export function changedBy({ actor: { kind, id, name }, ip }: FastifyRequest): ChangedBy {
  return { actor: { kind, id, name }, address: ip };
}

/**
 * Call it after every change, with the whole thing before and after (null for none): what is secret in it is removed.
 * `action` is the target's kind and a past participle, such as `site.changed`.
 */
export async function recordAudit(
  { database }: ServerResources,
  request: FastifyRequest,
  change: RecordedChange,
): Promise<void> {
  await recordChange(database, changedBy(request), change);
}
