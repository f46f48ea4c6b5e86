/** `/api/v1/sites/:id/results`. */
import { listSiteResults, readSiteResult } from "../../../apps/operations/sites/site-results.ts";
import { idParametersSchema } from "../../../contract/api/conventions.ts";
import {
  resultDetailSchema,
  resultListQuerySchema,
  resultListSchema,
  resultParametersSchema,
} from "../../../contract/api/sites/results.ts";
import type { CheckResult } from "../../../contract/checks/check-result.ts";
import { millisecondsOf } from "../answering/instants.ts";
import { ProblemError } from "../answering/problem.ts";
import type { RouteGroup } from "../api-server.ts";

export const siteResultRoutes: RouteGroup = (server, resources) => {
  server.get(
    "/api/v1/sites/:id/results",
    {
      config: { right: "read" },
      schema: {
        summary: "List a site's results, newest first",
        tags: ["results"],
        params: idParametersSchema,
        querystring: resultListQuerySchema,
        response: { 200: resultListSchema },
      },
    },
    async ({ params, query, actor }) => {
      const { from, to, cursor, limit, ...filter } = query;
      const results = await listSiteResults(resources, {
        ...filter,
        id: params.id,
        visibleTags: actor.tags,
        fromMs: millisecondsOf(from),
        toMs: millisecondsOf(to),
        after: cursor === undefined ? undefined : placeOf(cursor),
        // One more than asked for tells whether there is a next page.
        limit: limit + 1,
      });
      if (results === null) throw new ProblemError("not-found", "there is no such site");
      const items = results.slice(0, limit);
      const last = items.at(-1);
      return { items, next: last === undefined || results.length <= limit ? null : cursorOf(last) };
    },
  );

  server.get(
    "/api/v1/sites/:id/results/:location/:slot",
    {
      config: { right: "read" },
      schema: {
        summary: "Read a result with its evidence",
        tags: ["results"],
        params: resultParametersSchema,
        response: { 200: resultDetailSchema },
      },
    },
    async ({ params, actor }) => {
      const { id, location, slot } = params;
      const which = { id, location, slotMs: Date.parse(slot), visibleTags: actor.tags };
      const found = await readSiteResult(resources, which);
      if (found === null) throw new ProblemError("not-found", "there is no such result");
      return found;
    },
  );
};

function cursorOf({ slot, location }: CheckResult): string {
  return `${Date.parse(slot)}.${Buffer.from(location).toString("base64url")}`;
}

/** Throws `ProblemError` for a cursor that is not ours. */
function placeOf(cursor: string): { readonly slotMs: number; readonly location: string } {
  const match = /^(-?\d{1,15})\.([\w-]{1,400})$/.exec(cursor);
  if (match === null)
    throw new ProblemError("invalid-request", "cursor: is not `next` of a page of this list");
  const [, slot, location = ""] = match;
  return { slotMs: Number(slot), location: Buffer.from(location, "base64url").toString() };
}
