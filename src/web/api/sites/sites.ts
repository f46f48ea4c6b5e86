/** `/api/v1/sites/:id`: single sites, read, added, changed, deleted and restored. */

import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import {
  addSite,
  changeSite,
  deleteSite,
  type Edit,
  type EditedSite,
  findSite,
  replaceSite,
  restoreSite,
  whereDefined,
} from "../../../apps/operations/sites/site-editing.ts";
import { findSummary } from "../../../apps/operations/sites/site-list.ts";
import type { ServerResources } from "../../../apps/wiring/server-resources.ts";
import { idParametersSchema } from "../../../contract/api/conventions.ts";
import {
  type SiteDetail,
  siteChangeSchema,
  siteDefinitionSchema,
  siteDetailSchema,
  siteYamlSchema,
} from "../../../contract/api/sites/sites.ts";
import { siteLabel } from "../../../core/sites/named-sites.ts";
import { shownSite } from "../../../core/sites/shown-site.ts";
import { siteYaml } from "../../../core/sites/site-yaml.ts";
import { recordAudit } from "../access/audit.ts";
import { ProblemError } from "../answering/problem.ts";
import { etagOf, wantedRevision } from "../answering/revisions.ts";
import type { RouteGroup } from "../api-server.ts";

const tags = ["sites"];
const nothing = z.null().describe("no content");

export const siteRoutes: RouteGroup = (server, resources) => {
  server.get(
    "/api/v1/sites/:id",
    {
      config: { right: "read" },
      schema: {
        summary: "Read a site",
        tags,
        params: idParametersSchema,
        response: { 200: siteDetailSchema },
      },
    },
    async (request, reply) => await detail(resources, request, reply, request.params.id),
  );

  server.get(
    "/api/v1/sites/:id/yaml",
    {
      config: { right: "read" },
      schema: {
        summary: "Read a site as an entry of sitewire.yaml",
        tags,
        params: idParametersSchema,
        response: { 200: siteYamlSchema },
      },
    },
    async ({ params, actor }) => {
      const found = await listedSite(resources, { id: params.id, visibleTags: actor.tags });
      return { yaml: siteYaml(found.stored.site) };
    },
  );

  server.post(
    "/api/v1/sites",
    {
      config: { right: "edit" },
      schema: {
        summary: "Add a site",
        tags,
        body: siteDefinitionSchema,
        response: { 201: siteDetailSchema },
      },
    },
    async (request, reply) => {
      const { checker } = await resources.checking();
      const edit = await addSite(
        { ...resources, checker },
        { definition: request.body, visibleTags: request.actor.tags },
      );
      const { id } = edit.after.site;
      await audit(request, "site.added", edit);
      reply.code(201).header("location", `/api/v1/sites/${id}`);
      return await detail(resources, request, reply, id);
    },
  );

  server.put(
    "/api/v1/sites/:id",
    {
      config: { right: "edit" },
      schema: {
        summary: "Replace a site's definition",
        description: "Takes the ETag in If-Match.",
        tags,
        params: idParametersSchema,
        body: siteDefinitionSchema,
        response: { 200: siteDetailSchema },
      },
    },
    async (request, reply) => {
      const { checker } = await resources.checking();
      const which = whichSite(request, request.params.id);
      const edit = await replaceSite({ ...resources, checker }, { ...which, definition: request.body });
      await audit(request, "site.changed", edited(edit));
      return await detail(resources, request, reply, which.id);
    },
  );

  server.patch(
    "/api/v1/sites/:id",
    {
      config: { right: "edit" },
      schema: {
        summary: "Change some fields of a site",
        description: "Takes the ETag in If-Match. `options` replaces all options.",
        tags,
        params: idParametersSchema,
        body: siteChangeSchema,
        response: { 200: siteDetailSchema },
      },
    },
    async (request, reply) => {
      const { checker } = await resources.checking();
      const which = whichSite(request, request.params.id);
      const edit = await changeSite({ ...resources, checker }, { ...which, change: request.body });
      await audit(request, "site.changed", edited(edit));
      return await detail(resources, request, reply, which.id);
    },
  );

  server.delete(
    "/api/v1/sites/:id",
    {
      config: { right: "edit" },
      schema: {
        summary: "Delete a site; its results stay",
        description: "Takes the ETag in If-Match. `POST /api/v1/sites/:id/restore` undoes it.",
        tags,
        params: idParametersSchema,
        response: { 204: nothing },
      },
    },
    async (request, reply) => {
      const edit = edited(await deleteSite(resources, whichSite(request, request.params.id)));
      await audit(request, "site.deleted", { ...edit, after: null });
      return reply.code(204).send(null);
    },
  );

  server.post(
    "/api/v1/sites/:id/restore",
    {
      config: { right: "edit" },
      schema: {
        summary: "Restore a deleted site",
        tags,
        params: idParametersSchema,
        response: { 200: siteDetailSchema },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const edit = edited(await restoreSite(resources, { id, visibleTags: request.actor.tags }));
      await audit(request, "site.restored", { ...edit, before: null });
      return await detail(resources, request, reply, id);
    },
  );

  async function audit(
    request: FastifyRequest,
    action: string,
    { before, after }: { readonly before: EditedSite["before"]; readonly after: EditedSite["after"] | null },
  ): Promise<void> {
    const site = (after ?? before)?.site;
    if (site === undefined) return;
    const target = { kind: "site", id: site.id, name: siteLabel(site) };
    await recordAudit(resources, request, {
      action,
      target,
      before: before?.site ?? null,
      after: after?.site ?? null,
    });
  }
};

function whichSite(request: FastifyRequest, id: string) {
  return { id, revision: wantedRevision(request) ?? null, visibleTags: request.actor.tags };
}

/** Throws `ProblemError` where the site was not changed. */
function edited(edit: Edit): EditedSite {
  if (edit === "unknown site") throw unknownSite();
  if (edit === "changed") throw new ProblemError("changed", "somebody else has changed this site meanwhile");
  return edit;
}

function unknownSite(): ProblemError {
  return new ProblemError("not-found", "there is no such site");
}

/** Throws `ProblemError` for a site that is not listed, or that the person may not see. */
async function listedSite(
  resources: ServerResources,
  which: { readonly id: string; readonly visibleTags: readonly string[] | null },
) {
  const [stored, summary] = await Promise.all([findSite(resources, which), findSummary(resources, which)]);
  if (stored === null || summary === null) throw unknownSite();
  return { stored, summary };
}

async function detail(
  resources: ServerResources,
  { actor }: FastifyRequest,
  reply: FastifyReply,
  id: string,
): Promise<SiteDetail> {
  const { stored, summary } = await listedSite(resources, { id, visibleTags: actor.tags });
  const { site, source, revision, createdAtMs, updatedAtMs } = stored;
  const { id: _id, ...definition } = shownSite(site);
  reply.header("etag", etagOf(revision));
  return {
    id,
    definition,
    summary,
    source,
    editable: source === "table",
    editWhere: source === "table" ? null : whereDefined(source),
    createdAt: new Date(createdAtMs).toISOString(),
    updatedAt: new Date(updatedAtMs).toISOString(),
    revision,
  };
}
