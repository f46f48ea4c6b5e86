/** `/api/v1/status-pages/:slug/subscribers`: who is told what a page announces. Addresses are for administrators. */
import { z } from "zod";
import { listSubscribers, removeSubscriber } from "../../../apps/operations/status-pages/subscriptions.ts";
import { statusPageParametersSchema } from "../../../contract/api/status-pages/status-pages.ts";
import {
  type SubscriberResource,
  subscriberListQuerySchema,
  subscriberListSchema,
  subscriberParametersSchema,
} from "../../../contract/api/status-pages/subscribers.ts";
import type { Subscriber } from "../../../core/status-pages/subscribers/ports.ts";
import { recordAudit } from "../access/audit.ts";
import { refuseFewTags } from "../access/whole-view.ts";
import { instantOf, instantOrNull } from "../answering/instants.ts";
import { ProblemError } from "../answering/problem.ts";
import type { RouteGroup } from "../api-server.ts";
import { answered } from "./answered.ts";

const tags = ["status pages"];

export const subscriberRoutes: RouteGroup = (server, resources) => {
  server.get(
    "/api/v1/status-pages/:slug/subscribers",
    {
      config: { right: "administer" },
      schema: {
        summary: "List the subscribers of a status page",
        tags,
        params: statusPageParametersSchema,
        querystring: subscriberListQuerySchema,
        response: { 200: subscriberListSchema },
      },
    },
    async ({ params, query, actor }) => {
      refuseFewTags(actor);
      const { limit, cursor } = query;
      const { subscribers, confirmed, total } = await answered(() =>
        listSubscribers(resources, params.slug, { limit, after: cursor }),
      );
      const next = subscribers.length < limit ? null : (subscribers.at(-1)?.id ?? null);
      return { items: subscribers.map(shownSubscriber), next, total, confirmed };
    },
  );

  server.delete(
    "/api/v1/status-pages/:slug/subscribers/:id",
    {
      config: { right: "administer" },
      schema: {
        summary: "Remove a subscriber, who is not told so",
        tags,
        params: subscriberParametersSchema,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      refuseFewTags(request.actor);
      const { slug, id } = request.params;
      if (!(await answered(() => removeSubscriber(resources, slug, id.toLowerCase())))) {
        throw new ProblemError("not-found", `the page has no subscriber ${id}`);
      }
      // Without the address: the audit log keeps no personal data longer than the subscription lasts.
      await recordAudit(resources, request, {
        action: "subscriber.removed",
        target: { kind: "subscriber", id, name: slug },
        before: null,
        after: null,
      });
      return reply.code(204).send(null);
    },
  );
};

function shownSubscriber(subscriber: Subscriber): SubscriberResource {
  const { id, kind, address, siteIds, askedAtMs, confirmedAtMs, endedAtMs } = subscriber;
  const state = endedAtMs !== null ? "ended" : confirmedAtMs !== null ? "confirmed" : "unconfirmed";
  const instants = { askedAt: instantOf(askedAtMs), confirmedAt: instantOrNull(confirmedAtMs) };
  return { id, kind, address, siteIds: [...siteIds], state, ...instants };
}
