/** `/api/v1/maintenance`: planned work, of sitewire.yaml and of the table. */

import type { FastifyReply } from "fastify";
import { z } from "zod";
import { maintenanceChanged } from "../../../apps/operations/accounts/changes.ts";
import {
  addMaintenance,
  changeMaintenance,
  type ListedWindow,
  listFormerMaintenance,
  listMaintenance,
  maintenanceCalendar,
  previewMaintenance,
  removeMaintenance,
  windowOf,
} from "../../../apps/operations/alerting/maintenance.ts";
import {
  maintenanceCalendarQuerySchema,
  maintenanceCalendarSchema,
  maintenanceDefinitionSchema,
  maintenanceListQuerySchema,
  maintenanceListSchema,
  maintenancePreviewSchema,
  maintenanceSchema,
  PREVIEWED_OCCURRENCES,
} from "../../../contract/api/alerting/maintenance.ts";
import { idParametersSchema } from "../../../contract/api/conventions.ts";
import { recordAudit } from "../access/audit.ts";
import { refuseFewTags } from "../access/whole-view.ts";
import { instantOf } from "../answering/instants.ts";
import { ProblemError } from "../answering/problem.ts";
import { etagOf, wantedRevision } from "../answering/revisions.ts";
import type { RouteGroup } from "../api-server.ts";

const tags = ["maintenance"];
const DAY_MS = 86_400_000;
const LONGEST_CALENDAR_MS = 400 * DAY_MS;

export const maintenanceRoutes: RouteGroup = (server, resources) => {
  const { database, configuration, clock } = resources;
  const { maintenanceWindows } = database;
  const windows = { maintenanceWindows, fileWindows: configuration.maintenance, clock };

  server.get(
    "/api/v1/maintenance",
    {
      config: { right: "read" },
      schema: {
        summary: "List maintenance windows",
        description: "Those in force, or the former ones that reports still exclude.",
        tags,
        querystring: maintenanceListQuerySchema,
        response: { 200: maintenanceListSchema },
      },
    },
    async ({ actor, query }) => {
      refuseFewTags(actor);
      const found = await (query.former === true ? listFormerMaintenance(windows) : listMaintenance(windows));
      return { items: found.map(shownWindow), next: null, total: found.length };
    },
  );

  server.get(
    "/api/v1/maintenance/calendar",
    {
      config: { right: "read" },
      schema: {
        summary: "List when maintenance takes place",
        tags,
        querystring: maintenanceCalendarQuerySchema,
        response: { 200: maintenanceCalendarSchema },
      },
    },
    async ({ query, actor }) => {
      refuseFewTags(actor);
      const period = { fromMs: Date.parse(query.from), toMs: Date.parse(query.to) };
      if (period.toMs <= period.fromMs || period.toMs - period.fromMs > LONGEST_CALENDAR_MS) {
        throw new ProblemError("invalid-request", "query to: must be later than `from`, by at most 400 days");
      }
      const { occurrences, complete } = await maintenanceCalendar(windows, period);
      const items = occurrences.map(({ id, name, fromMs, untilMs }) => ({
        id,
        name,
        from: instantOf(fromMs),
        to: instantOf(untilMs),
      }));
      return { items, complete };
    },
  );

  server.post(
    "/api/v1/maintenance/preview",
    {
      config: { right: "read" },
      schema: {
        summary: "List the next occurrences of a window that is not saved",
        tags,
        body: maintenanceDefinitionSchema,
        response: { 200: maintenancePreviewSchema },
      },
    },
    async ({ body, actor }) => {
      refuseFewTags(actor);
      const found = previewMaintenance(body, {
        nowMs: clock.now(),
        withinMs: LONGEST_CALENDAR_MS,
        most: PREVIEWED_OCCURRENCES,
      });
      return {
        occurrences: found.map(({ fromMs, untilMs }) => ({
          from: instantOf(fromMs),
          to: instantOf(untilMs),
        })),
      };
    },
  );

  server.post(
    "/api/v1/maintenance",
    {
      config: { right: "edit" },
      schema: {
        summary: "Plan maintenance",
        tags,
        body: maintenanceDefinitionSchema,
        response: { 201: maintenanceSchema },
      },
    },
    async (request, reply) => {
      refuseFewTags(request.actor);
      const added = await addMaintenance(windows, windowOf(request.body), request.actor.name);
      const change = { before: null, after: added };
      await recordAudit(resources, request, maintenanceChanged("maintenance.added", added.id, change));
      return send(reply.code(201), added);
    },
  );

  server.put(
    "/api/v1/maintenance/:id",
    {
      config: { right: "edit" },
      schema: {
        summary: "Replace a maintenance window of the table",
        description:
          "Takes the ETag in If-Match. What the window was until now stays in reports, once it has begun; the times of a one-off window that has begun can be corrected to other times in the past.",
        tags,
        params: idParametersSchema,
        body: maintenanceDefinitionSchema,
        response: { 200: maintenanceSchema },
      },
    },
    async (request, reply) => {
      refuseFewTags(request.actor);
      const which = { id: request.params.id.toLowerCase(), revision: wantedRevision(request) };
      const before = await stored(which.id);
      const after = await changeMaintenance(windows, which, windowOf(request.body));
      if (after === null) throw new ProblemError("changed", "somebody else has changed this window");
      const change = { before, after };
      await recordAudit(resources, request, maintenanceChanged("maintenance.changed", which.id, change));
      return send(reply, after);
    },
  );

  server.delete(
    "/api/v1/maintenance/:id",
    {
      config: { right: "edit" },
      schema: {
        summary: "Remove a maintenance window; the messages that it held back are sent",
        description:
          "Takes the ETag in If-Match. What the window was until now stays in reports, once it has begun; removing a former window takes it out of them.",
        tags,
        params: idParametersSchema,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      refuseFewTags(request.actor);
      const which = { id: request.params.id.toLowerCase(), revision: wantedRevision(request) };
      const before = await stored(which.id, await listFormerMaintenance(windows));
      if (!(await removeMaintenance(windows, which))) {
        throw new ProblemError("changed", "somebody else has changed this window");
      }
      const change = { before, after: null };
      await recordAudit(resources, request, maintenanceChanged("maintenance.removed", which.id, change));
      return reply.code(204).send(null);
    },
  );

  async function stored(id: string, former: readonly ListedWindow[] = []): Promise<ListedWindow> {
    const found = [...(await listMaintenance(windows)), ...former].find((each) => each.id === id);
    if (found === undefined) throw new ProblemError("not-found", `there is no maintenance window ${id}`);
    return found;
  }
};

function send(reply: FastifyReply, window: ListedWindow): FastifyReply {
  return reply.header("etag", etagOf(window.revision)).send(shownWindow(window));
}

function shownWindow({
  id,
  window,
  source,
  createdBy,
  revision,
  endedAtMs,
}: ListedWindow): z.infer<typeof maintenanceSchema> {
  const { name, start, duration, timezone, rrule, tags: tagged, sites } = window;
  return {
    id,
    name,
    start,
    durationMs: duration,
    timezone,
    rrule: rrule ?? null,
    tags: [...tagged],
    sites: [...sites],
    source,
    editable: source === "table" && endedAtMs === null,
    createdBy,
    revision,
    endedAt: endedAtMs === null ? null : instantOf(endedAtMs),
  };
}
