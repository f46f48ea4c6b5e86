/** `/api/v1/audit`: who changed what. */
import { listAudit } from "../../../apps/operations/accounts/audit.ts";
import { auditPageSchema, auditQuerySchema } from "../../../contract/api/accounts/audit.ts";
import { instantOf } from "../answering/instants.ts";
import type { RouteGroup } from "../api-server.ts";

export const auditRoutes: RouteGroup = (server, { database }) => {
  server.get(
    "/api/v1/audit",
    {
      config: { right: "administer" },
      schema: {
        summary: "Who changed what, newest first",
        tags: ["accounts"],
        querystring: auditQuerySchema,
        response: { 200: auditPageSchema },
      },
    },
    async ({ query: { limit, cursor, actor, action, target, from, to } }) => {
      // One more than asked for tells whether there is a next page.
      const found = await listAudit(database, {
        actor,
        action,
        target,
        fromMs: from === undefined ? undefined : Date.parse(from),
        toMs: to === undefined ? undefined : Date.parse(to),
        before: cursor,
        limit: limit + 1,
      });
      const items = found.slice(0, limit).map(({ atMs, ...entry }) => ({ ...entry, at: instantOf(atMs) }));
      return { items, next: found.length > limit ? (items.at(-1)?.id ?? null) : null };
    },
  );
};
