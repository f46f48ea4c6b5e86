/** `/api/v1/status-pages`: pages of sitewire.yaml and of the table. Their passwords go in and never come out. */
import type { FastifyReply } from "fastify";
import { z } from "zod";
import {
  addStatusPage,
  changeStatusPage,
  listStatusPages,
  removeStatusPage,
  showStatusPage,
} from "../../../apps/operations/status-pages/status-pages.ts";
import { viewStatusPage } from "../../../apps/operations/status-pages/viewing.ts";
import {
  type StatusPageOverview,
  type StatusPageResource,
  statusPageListSchema,
  statusPageOverviewSchema,
  statusPageParametersSchema,
  statusPageResourceSchema,
  writtenStatusPageSchema,
} from "../../../contract/api/status-pages/status-pages.ts";
import { shownUrl } from "../../../contract/checks/shown-url.ts";
import type { StatusPage } from "../../../contract/settings/status-page.ts";
import type { MaintenanceView, StatusPageView } from "../../../core/status-pages/page-view.ts";
import type { StoredPage } from "../../../core/status-pages/ports.ts";
import { pagePath } from "../../status-page/serving/paths.ts";
import { recordAudit } from "../access/audit.ts";
import { refuseFewTags } from "../access/whole-view.ts";
import { instantOf } from "../answering/instants.ts";
import { ProblemError } from "../answering/problem.ts";
import { etagOf, wantedRevision } from "../answering/revisions.ts";
import type { RouteGroup } from "../api-server.ts";
import { answered } from "./answered.ts";

const tags = ["status pages"];

export const statusPageRoutes: RouteGroup = (server, resources) => {
  server.get(
    "/api/v1/status-pages",
    {
      config: { right: "read" },
      schema: { summary: "List status pages", tags, response: { 200: statusPageListSchema } },
    },
    async ({ actor }) => {
      refuseFewTags(actor);
      const found = await listStatusPages(resources);
      return { items: found.map(shownPage), next: null, total: found.length };
    },
  );

  server.get(
    "/api/v1/status-pages/:slug",
    {
      config: { right: "read" },
      schema: {
        summary: "Read the definition of a status page",
        tags,
        params: statusPageParametersSchema,
        response: { 200: statusPageResourceSchema },
      },
    },
    async ({ params, actor }, reply) => {
      refuseFewTags(actor);
      return send(reply, await answered(() => showStatusPage(resources, params.slug)));
    },
  );

  server.get(
    "/api/v1/status-pages/:slug/overview",
    {
      config: { right: "read" },
      schema: {
        summary: "Read what a status page shows now, in short",
        tags,
        params: statusPageParametersSchema,
        response: { 200: statusPageOverviewSchema },
      },
    },
    async ({ params, actor }) => {
      refuseFewTags(actor);
      const { page } = await answered(() => showStatusPage(resources, params.slug));
      return overviewOf(await viewStatusPage(resources, page));
    },
  );

  server.post(
    "/api/v1/status-pages",
    {
      config: { right: "edit" },
      schema: {
        summary: "Add a status page",
        tags,
        body: writtenStatusPageSchema,
        response: { 201: statusPageResourceSchema },
      },
    },
    async (request, reply) => {
      refuseFewTags(request.actor);
      const { definition: page, password } = request.body;
      const added = await addStatusPage(resources, { page, password, by: request.actor.name });
      await recordAudit(resources, request, {
        action: "status-page.added",
        target: targetOf(page),
        before: null,
        after: audited(added),
      });
      return send(reply.code(201).header("location", `/api/v1/status-pages/${page.slug}`), added);
    },
  );

  server.put(
    "/api/v1/status-pages/:slug",
    {
      config: { right: "edit" },
      schema: {
        summary: "Replace the definition of a status page",
        description: "Takes the ETag in If-Match. The slug stays; a password that is left out stays too.",
        tags,
        params: statusPageParametersSchema,
        body: writtenStatusPageSchema,
        response: { 200: statusPageResourceSchema },
      },
    },
    async (request, reply) => {
      refuseFewTags(request.actor);
      const { definition: page, password } = request.body;
      const revision = wantedRevision(request);
      if (page.slug !== request.params.slug) {
        const problem = { field: "definition.slug", message: "must be that of the address" };
        throw new ProblemError("invalid", `${problem.field} ${problem.message}`, [problem]);
      }
      const by = request.actor.name;
      const change = { page, password, by, revision };
      const { before, after } = await answered(() => changeStatusPage(resources, change));
      await recordAudit(resources, request, {
        action: "status-page.changed",
        target: targetOf(page),
        before: audited(before),
        after: audited(after),
      });
      return send(reply, after);
    },
  );

  server.delete(
    "/api/v1/status-pages/:slug",
    {
      config: { right: "edit" },
      schema: {
        summary: "Remove a status page with its notices and subscribers",
        description: "Takes the ETag in If-Match.",
        tags,
        params: statusPageParametersSchema,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      refuseFewTags(request.actor);
      const { slug } = request.params;
      const revision = wantedRevision(request);
      const before = await answered(() => removeStatusPage(resources, slug, revision));
      await recordAudit(resources, request, {
        action: "status-page.removed",
        target: targetOf(before.page),
        before: audited(before),
        after: null,
      });
      return reply.code(204).send(null);
    },
  );
};

function send(reply: FastifyReply, stored: StoredPage): FastifyReply {
  return reply.header("etag", etagOf(stored.revision)).send(shownPage(stored));
}

function shownPage({ page, password, source, revision }: StoredPage): StatusPageResource {
  return {
    slug: page.slug,
    definition: withoutPasswords(page),
    hasPassword: password !== null,
    path: pagePath(page.slug),
    source,
    editable: source === "table",
    revision,
  };
}

/** Sites may be named by URLs that hold passwords. */
function withoutPasswords(page: StatusPage): StatusPage {
  const groups = page.groups.map((group) => ({
    ...group,
    sites: group.sites.map((shown) => ({ ...shown, site: shownUrl(shown.site) })),
  }));
  return { ...page, groups };
}

/** The logo would only fill the audit log. */
function audited({ page, password }: StoredPage): object {
  const logo = page.logo === undefined ? null : `${page.logo.length} characters`;
  return { ...page, logo, password: password?.value ?? null };
}

function targetOf({ slug, title }: StatusPage) {
  return { kind: "status-page", id: slug, name: title };
}

function overviewOf(view: StatusPageView): StatusPageOverview {
  return {
    standing: view.standing,
    readAt: instantOf(view.readAtMs),
    sites: view.groups.flatMap((group) =>
      group.sites.map(({ siteId, name, key, standing, uptime, coverage }) => ({
        id: siteId,
        name,
        key,
        group: group.name,
        standing,
        uptime,
        coverage,
      })),
    ),
    missing: view.missing.map(shownUrl),
    openIncidents: view.openIncidents.map(({ id, title, sites, sinceMs }) => ({
      id,
      noticeId: title === null ? null : id,
      title,
      sites: [...sites],
      since: instantOf(sinceMs),
    })),
    activeMaintenance: view.activeMaintenance.map(shownMaintenance),
    plannedMaintenance: view.plannedMaintenance.map(shownMaintenance),
  };
}

function shownMaintenance({ name, sites, fromMs, untilMs }: MaintenanceView) {
  return { name, sites: [...sites], from: instantOf(fromMs), to: instantOf(untilMs) };
}
