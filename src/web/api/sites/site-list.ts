/** `GET /api/v1/sites` and `/api/v1/tags`. */
import { listSummaries, listTags } from "../../../apps/operations/sites/site-list.ts";
import {
  type SiteSummary,
  siteListQuerySchema,
  siteListSchema,
  tagListSchema,
} from "../../../contract/api/sites/sites.ts";
import { sendJsonText } from "../answering/json-text.ts";
import { pageAfter } from "../answering/pages.ts";
import type { RouteGroup } from "../api-server.ts";

export const siteListRoutes: RouteGroup = (server, resources) => {
  server.get(
    "/api/v1/sites",
    {
      config: { right: "read" },
      schema: {
        summary: "List the sites with their state",
        tags: ["sites"],
        querystring: siteListQuerySchema,
        response: { 200: siteListSchema },
      },
    },
    async ({ query, actor }, reply) => {
      const { sort, fields, limit, cursor, ...filter } = query;
      const summaries = await listSummaries(resources, { ...filter, visibleTags: actor.tags }, sort);
      const page = pageAfter(summaries, ({ id }) => id, { limit, cursor });
      const items = page.items.map((summary) => jsonOf(summary, fields)).join(",");
      const rest = `"next":${JSON.stringify(page.next)},"total":${summaries.length}`;
      sendJsonText(reply, `{"items":[${items}],${rest}}`);
      return reply;
    },
  );

  server.get(
    "/api/v1/tags",
    {
      config: { right: "read" },
      schema: { summary: "List the tags of the sites", tags: ["sites"], response: { 200: tagListSchema } },
    },
    async ({ actor }) => ({ items: [...(await listTags(resources, { visibleTags: actor.tags }))] }),
  );
};

/** Most summaries are the same object in one request as in the one before. */
const texts = new WeakMap<SiteSummary, string>();

function jsonOf(summary: SiteSummary, fields: readonly (keyof SiteSummary)[] | undefined): string {
  if (fields !== undefined) {
    return JSON.stringify(Object.fromEntries(fields.map((field) => [field, summary[field]])));
  }
  let text = texts.get(summary);
  if (text === undefined) {
    text = JSON.stringify(summary);
    texts.set(summary, text);
  }
  return text;
}
