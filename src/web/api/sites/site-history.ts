/** `/api/v1/sites/:id/history`, `/uptime` and `/calendar`. */
import { readHistory } from "../../../apps/operations/sites/site-history.ts";
import { readCalendar, readUptime } from "../../../apps/operations/sites/site-uptime.ts";
import { idParametersSchema } from "../../../contract/api/conventions.ts";
import { historyQuerySchema, historySchema } from "../../../contract/api/sites/results.ts";
import {
  calendarQuerySchema,
  calendarSchema,
  uptimeQuerySchema,
  uptimeSchema,
} from "../../../contract/api/sites/uptime.ts";
import { millisecondsOf } from "../answering/instants.ts";
import { ProblemError } from "../answering/problem.ts";
import type { RouteGroup } from "../api-server.ts";

const params = idParametersSchema;

export const siteHistoryRoutes: RouteGroup = (server, resources) => {
  server.get(
    "/api/v1/sites/:id/history",
    {
      config: { right: "read" },
      schema: {
        summary: "Read response times and counts over time",
        description: "The last 24 hours when neither `from` nor `to` is given.",
        tags: ["results"],
        params,
        querystring: historyQuerySchema,
        response: { 200: historySchema },
      },
    },
    async (request) => {
      const { from, to, ...query } = request.query;
      const which = { id: request.params.id, visibleTags: request.actor.tags };
      const times = { fromMs: millisecondsOf(from), toMs: millisecondsOf(to) };
      return found(await readHistory(resources, { ...which, ...times, ...query }));
    },
  );

  server.get(
    "/api/v1/sites/:id/uptime",
    {
      config: { right: "read" },
      schema: {
        summary: "Read uptime with coverage",
        tags: ["results"],
        params,
        querystring: uptimeQuerySchema,
        response: { 200: uptimeSchema },
      },
    },
    async (request) => {
      const which = { id: request.params.id, visibleTags: request.actor.tags };
      return found(await readUptime(resources, { ...which, periods: request.query.periods }));
    },
  );

  server.get(
    "/api/v1/sites/:id/calendar",
    {
      config: { right: "read" },
      schema: {
        summary: "Read a year, day by day",
        tags: ["results"],
        params,
        querystring: calendarQuerySchema,
        response: { 200: calendarSchema },
      },
    },
    async (request) => {
      const which = { id: request.params.id, visibleTags: request.actor.tags };
      return found(await readCalendar(resources, { ...which, year: request.query.year }));
    },
  );
};

function found<T>(value: T | null): T {
  if (value === null) throw new ProblemError("not-found", "there is no such site");
  return value;
}
