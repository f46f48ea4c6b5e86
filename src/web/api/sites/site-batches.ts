/** `/api/v1/sites/bulk` and `/validate`: changes of many sites, and definitions that are not saved yet. */
import { changeSites } from "../../../apps/operations/sites/site-editing.ts";
import { listSummaries } from "../../../apps/operations/sites/site-list.ts";
import {
  bulkAnswerSchema,
  bulkRequestSchema,
  siteDefinitionDraftSchema,
  siteDefinitionSchema,
  validationAnswerSchema,
} from "../../../contract/api/sites/sites.ts";
import { formatPath, problemsOf } from "../../../contract/problems.ts";
import { InvalidDefinitionError, siteOfRequest } from "../../../core/sites/site-definitions.ts";
import { recordAudit } from "../access/audit.ts";
import type { RouteGroup } from "../api-server.ts";

export const siteBatchRoutes: RouteGroup = (server, resources) => {
  server.post(
    "/api/v1/sites/bulk",
    {
      config: { right: "edit" },
      schema: {
        summary: "Change many sites at once",
        description: "Sites that cannot be changed are skipped, each with its reason.",
        tags: ["sites"],
        body: bulkRequestSchema,
        response: { 200: bulkAnswerSchema },
      },
    },
    async (request) => {
      const { ids, filter, change } = request.body;
      const visibleTags = request.actor.tags;
      const seen = await listSummaries(resources, { ...filter, visibleTags });
      const outcome = await changeSites(resources, {
        ids: ids ?? seen.map(({ id }) => id),
        sites: new Map(seen.map((summary) => [summary.id, summary])),
        change,
        visibleTags,
      });
      const names = new Map(seen.map(({ id, name, url }) => [id, name ?? url]));
      for (const id of outcome.changed) {
        await recordAudit(resources, request, {
          action: change.delete === true ? "site.deleted" : "site.changed",
          target: { kind: "site", id, name: names.get(id) ?? null },
          before: null,
          after: change,
        });
      }
      return { changed: [...outcome.changed], skipped: [...outcome.skipped] };
    },
  );

  server.post(
    "/api/v1/sites/validate",
    {
      config: { right: "read" },
      schema: {
        summary: "Say what is wrong with a definition",
        tags: ["sites"],
        body: siteDefinitionDraftSchema,
        response: { 200: validationAnswerSchema },
      },
    },
    async ({ body }) => {
      const parsed = siteDefinitionSchema.safeParse(body, { reportInput: true });
      if (!parsed.success) {
        const errors = problemsOf(parsed.error).map(({ path, message }) => ({
          field: formatPath(path),
          message,
        }));
        return { valid: false, errors };
      }
      const { checker } = await resources.checking();
      try {
        siteOfRequest(checker, parsed.data, null);
        return { valid: true, errors: [] };
      } catch (error) {
        if (!(error instanceof InvalidDefinitionError)) throw error;
        return { valid: false, errors: [...error.problems] };
      }
    },
  );
};
