/** `/api/v1/routes`: who is told of what, and why. */
import type { FastifyReply } from "fastify";
import type { z } from "zod";
import { listRoutes, StaleRoutesError, saveRoutes } from "../../../apps/operations/alerting/alert-routes.ts";
import { type Explanation, explainAlerts } from "../../../apps/operations/alerting/explain-alerts.ts";
import { listMaintenance } from "../../../apps/operations/alerting/maintenance.ts";
import { explainableSites } from "../../../apps/wiring/alerting/alerting.ts";
import { routesResources } from "../../../apps/wiring/alerting/channels.ts";
import { readAlerting } from "../../../apps/wiring/alerting/current-alerting.ts";
import {
  explainRequestSchema,
  explanationSchema,
  routeListSchema,
  routesRequestSchema,
} from "../../../contract/api/alerting/routes.ts";
import { FailureError } from "../../../contract/errors.ts";
import { canSee } from "../../../core/accounts/actor.ts";
import { recordAudit } from "../access/audit.ts";
import { refuseFewTags } from "../access/whole-view.ts";
import { instantOf } from "../answering/instants.ts";
import { ProblemError } from "../answering/problem.ts";
import { etagOf, wantedRevision } from "../answering/revisions.ts";
import type { RouteGroup } from "../api-server.ts";

const tags = ["alerting"];

export const alertRouteRoutes: RouteGroup = (server, resources) => {
  const { context, database, configuration, clock } = resources;
  const routes = routesResources(context, database);

  server.get(
    "/api/v1/routes",
    {
      config: { right: "edit" },
      schema: { summary: "List routes and on-call rotations", tags, response: { 200: routeListSchema } },
    },
    async ({ actor }, reply) => {
      refuseFewTags(actor);
      return await send(reply);
    },
  );

  server.put(
    "/api/v1/routes",
    {
      config: { right: "administer" },
      schema: {
        summary: "Replace the routes and rotations of the table",
        description: 'Takes the ETag in If-Match; `"0"` for the first ones.',
        tags,
        body: routesRequestSchema,
        response: { 200: routeListSchema },
      },
    },
    async (request, reply) => {
      const revision = wantedRevision(request);
      const before = await listRoutes(routes);
      const { routes: wanted, onCall } = request.body;
      try {
        await saveRoutes(routes, { routes: wanted, onCall, by: request.actor.name, revision });
      } catch (error) {
        if (error instanceof StaleRoutesError) throw new ProblemError("changed", error.message);
        throw error;
      }
      const after = await listRoutes(routes);
      await recordAudit(resources, request, {
        action: "routes.changed",
        target: { kind: "routes", id: "routes", name: null },
        before: { routes: before.routes, onCall: before.onCall },
        after: { routes: after.routes, onCall: after.onCall },
      });
      return await send(reply);
    },
  );

  server.post(
    "/api/v1/routes/explain",
    {
      config: { right: "read" },
      schema: {
        summary: "Say who would be told of an incident, and why",
        tags,
        body: explainRequestSchema,
        response: { 200: explanationSchema },
      },
    },
    async ({ body: { site, at, severity, kind }, actor }) => {
      const sites = (await explainableSites(context, database)).filter((each) =>
        canSee(actor.tags, each.tags),
      );
      const { maintenanceWindows } = database;
      const windows = await listMaintenance({ maintenanceWindows, fileWindows: configuration.maintenance });
      const alerting = await readAlerting(context, database, () => {});
      const atMs = at === null ? clock.now() : Date.parse(at);
      try {
        const known = { ...alerting, sites, windows: windows.map(({ window }) => window) };
        return shownExplanation(explainAlerts(known, { site, severity, kind, atMs }));
      } catch (error) {
        if (error instanceof FailureError) throw new ProblemError("not-found", `there is no site ${site}`);
        throw error;
      }
    },
  );

  async function send(reply: FastifyReply): Promise<FastifyReply> {
    const listed = await listRoutes(routes);
    const editable = (source: "table" | "file"): boolean => source === "table";
    const answer: z.infer<typeof routeListSchema> = {
      items: listed.routes.map(({ route, source }) => ({
        route: { ...route },
        source,
        editable: editable(source),
      })),
      onCall: listed.onCall.map(({ name, rotation, source }) => ({
        name,
        rotation: { ...rotation },
        source,
        editable: editable(source),
      })),
      everyChannel: listed.routes.length === 0,
      revision: listed.revision,
    };
    return reply.header("etag", etagOf(listed.revision)).send(answer);
  }
};

function shownExplanation({ site, routes, maintenance }: Explanation): z.infer<typeof explanationSchema> {
  return {
    site: { id: site.id, name: site.name, url: site.url, tags: [...site.tags] },
    routes: routes.map(({ route, taken, reason, onCall }) => ({
      path: route.path,
      taken,
      reason,
      channels: [...route.channels],
      onCall: [...route.onCall],
      waitMs: route.waitMs,
      repeatEveryMs: route.repeatEveryMs,
      escalate: route.escalate.map(({ afterMs, channels, onCall: rotations }) => ({
        afterMs,
        channels: [...channels],
        onCall: [...rotations],
      })),
      people: onCall.map(({ rotation, atMs, onCall: duty }) => ({
        rotation,
        at: instantOf(atMs),
        person: duty?.person ?? null,
        channels: [...(duty?.channels ?? [])],
        untilAt: duty === null ? null : instantOf(duty.untilMs),
      })),
    })),
    maintenance:
      maintenance === null ? null : { name: maintenance.name, untilAt: instantOf(maintenance.untilMs) },
  };
}
