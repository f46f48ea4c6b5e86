/** `/api/v1/status-pages/:slug/notices`: what people write on a page about incidents. */
import type { FastifyReply } from "fastify";
import { z } from "zod";
import {
  addNotice,
  addNoticeUpdate,
  changeNotice,
  listNotices,
  removeNotice,
  showNotice,
} from "../../../apps/operations/status-pages/notices.ts";
import {
  type NoticeResource,
  newNoticeSchema,
  newNoticeUpdateSchema,
  noticeChangeSchema,
  noticeListQuerySchema,
  noticeListSchema,
  noticeParametersSchema,
  noticeSchema,
} from "../../../contract/api/status-pages/notices.ts";
import { statusPageParametersSchema } from "../../../contract/api/status-pages/status-pages.ts";
import { DAY_MS } from "../../../contract/duration.ts";
import type { Notice } from "../../../core/status-pages/ports.ts";
import { recordAudit } from "../access/audit.ts";
import { refuseFewTags } from "../access/whole-view.ts";
import { instantOf, instantOrNull } from "../answering/instants.ts";
import { etagOf, wantedRevision } from "../answering/revisions.ts";
import type { RouteGroup } from "../api-server.ts";
import { answered } from "./answered.ts";

const tags = ["status pages"];
const LISTED_MS = 90 * DAY_MS;

export const noticeRoutes: RouteGroup = (server, resources) => {
  server.get(
    "/api/v1/status-pages/:slug/notices",
    {
      config: { right: "read" },
      schema: {
        summary: "List the notices of a status page, newest first",
        tags,
        params: statusPageParametersSchema,
        querystring: noticeListQuerySchema,
        response: { 200: noticeListSchema },
      },
    },
    async ({ params, query, actor }) => {
      refuseFewTags(actor);
      const sinceMs = query.since === undefined ? resources.clock.now() - LISTED_MS : Date.parse(query.since);
      const found = await answered(() => listNotices(resources, params.slug, sinceMs));
      return { items: found.map(shownNotice), next: null, total: found.length };
    },
  );

  server.get(
    "/api/v1/status-pages/:slug/notices/:id",
    {
      config: { right: "read" },
      schema: {
        summary: "Read a notice with its updates",
        tags,
        params: noticeParametersSchema,
        response: { 200: noticeSchema },
      },
    },
    async ({ params, actor }, reply) => {
      refuseFewTags(actor);
      return send(reply, await answered(() => showNotice(resources, params.id, params.slug)));
    },
  );

  server.post(
    "/api/v1/status-pages/:slug/notices",
    {
      config: { right: "edit" },
      schema: {
        summary: "Write about an incident on a status page; subscribers are told",
        tags,
        params: statusPageParametersSchema,
        body: newNoticeSchema,
        response: { 201: noticeSchema },
      },
    },
    async (request, reply) => {
      refuseFewTags(request.actor);
      const { slug } = request.params;
      const notice = { ...request.body, by: request.actor.name };
      const added = await answered(() => addNotice(resources, slug, notice));
      await recordAudit(resources, request, {
        action: "notice.added",
        target: targetOf(added),
        before: null,
        after: shownNotice(added),
      });
      const location = `/api/v1/status-pages/${slug}/notices/${added.id}`;
      return send(reply.code(201).header("location", location), added);
    },
  );

  server.put(
    "/api/v1/status-pages/:slug/notices/:id",
    {
      config: { right: "edit" },
      schema: {
        summary: "Change title, impact, sites and incident of a notice; nobody is told",
        description: "Takes the ETag in If-Match. What was written in updates stays.",
        tags,
        params: noticeParametersSchema,
        body: noticeChangeSchema,
        response: { 200: noticeSchema },
      },
    },
    async (request, reply) => {
      refuseFewTags(request.actor);
      const which = { ...request.params, revision: wantedRevision(request) };
      const { before, after } = await answered(() => changeNotice(resources, which, request.body));
      await recordAudit(resources, request, {
        action: "notice.changed",
        target: targetOf(after),
        before: shownNotice(before),
        after: shownNotice(after),
      });
      return send(reply, after);
    },
  );

  server.post(
    "/api/v1/status-pages/:slug/notices/:id/updates",
    {
      config: { right: "edit" },
      schema: {
        summary: "Add an update to a notice; subscribers are told",
        description: "`resolved` ends the notice; any other state opens it again.",
        tags,
        params: noticeParametersSchema,
        body: newNoticeUpdateSchema,
        response: { 201: noticeSchema },
      },
    },
    async (request, reply) => {
      refuseFewTags(request.actor);
      const update = { ...request.body, by: request.actor.name };
      const before = await answered(() => showNotice(resources, request.params.id, request.params.slug));
      const after = await answered(() => addNoticeUpdate(resources, request.params, update));
      await recordAudit(resources, request, {
        action: "notice.updated",
        target: targetOf(after),
        before: shownNotice(before),
        after: shownNotice(after),
      });
      return send(reply.code(201), after);
    },
  );

  server.delete(
    "/api/v1/status-pages/:slug/notices/:id",
    {
      config: { right: "edit" },
      schema: {
        summary: "Remove a notice with its updates; resolve it instead where visitors have seen it",
        description: "Takes the ETag in If-Match.",
        tags,
        params: noticeParametersSchema,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      refuseFewTags(request.actor);
      const which = { ...request.params, revision: wantedRevision(request) };
      const before = await answered(() => removeNotice(resources, which));
      await recordAudit(resources, request, {
        action: "notice.removed",
        target: targetOf(before),
        before: shownNotice(before),
        after: null,
      });
      return reply.code(204).send(null);
    },
  );
};

function send(reply: FastifyReply, notice: Notice): FastifyReply {
  return reply.header("etag", etagOf(notice.revision)).send(shownNotice(notice));
}

function shownNotice({ sinceMs, resolvedAtMs, updates, siteIds, ...notice }: Notice): NoticeResource {
  const { id, slug, title, impact, incidentId, revision } = notice;
  return {
    id,
    slug,
    title,
    impact,
    state: updates.at(-1)?.state ?? "investigating",
    siteIds: [...siteIds],
    incidentId,
    since: instantOf(sinceMs),
    resolvedAt: instantOrNull(resolvedAtMs),
    updates: updates.map(({ state, text, atMs, by }) => ({ state, text, at: instantOf(atMs), by })),
    revision,
  };
}

function targetOf({ id, title }: Notice) {
  return { kind: "notice", id, name: title };
}
