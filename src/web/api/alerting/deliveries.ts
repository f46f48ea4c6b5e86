/** `/api/v1/deliveries`: who was told what, and what could not be sent. */
import { deliveryListQuerySchema, deliveryListSchema } from "../../../contract/api/alerting/deliveries.ts";
import { instantCursorOf, readInstantCursor } from "../answering/instant-cursor.ts";
import { instantOf, instantOrNull } from "../answering/instants.ts";
import type { RouteGroup } from "../api-server.ts";

export const deliveryRoutes: RouteGroup = (server, { database }) => {
  server.get(
    "/api/v1/deliveries",
    {
      config: { right: "read" },
      schema: {
        summary: "List messages about incidents, newest first",
        tags: ["alerting"],
        querystring: deliveryListQuerySchema,
        response: { 200: deliveryListSchema },
      },
    },
    async ({ query: { limit, cursor, incident, channel, state }, actor }) => {
      const after = readInstantCursor(cursor);
      const found = await database.deliveryHistory.list({
        incidentId: incident,
        channel,
        state,
        visibleTags: actor.tags,
        after: after === null ? undefined : { createdAtMs: after.atMs, id: after.id },
        limit: limit + 1,
      });
      const page = found.slice(0, limit);
      const last = page.at(-1);
      const next =
        found.length > limit && last !== undefined ? instantCursorOf(last.createdAtMs, last.id) : null;
      const items = page.map((delivery) => {
        const { id, incidentId, siteId, siteName, url, target, kind, attempts, reason } = delivery;
        return {
          id,
          incident: { id: incidentId, siteId, siteName, url },
          target,
          channel: delivery.channel,
          kind,
          state: delivery.state,
          dueAt: instantOf(delivery.dueAtMs),
          sentAt: instantOrNull(delivery.sentAtMs),
          attempts,
          reason,
          createdAt: instantOf(delivery.createdAtMs),
        };
      });
      return { items, next };
    },
  );
};
