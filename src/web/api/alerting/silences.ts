/** `/api/v1/silences`: people mute what they know about already. */
import { z } from "zod";
import { silenceChanged } from "../../../apps/operations/accounts/changes.ts";
import { addSilence, endSilence, listSilences } from "../../../apps/operations/alerting/silences.ts";
import {
  newSilenceSchema,
  silenceListSchema,
  silenceSchema,
} from "../../../contract/api/alerting/silences.ts";
import { idParametersSchema } from "../../../contract/api/conventions.ts";
import type { Silence } from "../../../core/alerting/routing/silences.ts";
import { recordAudit } from "../access/audit.ts";
import { refuseFewTags } from "../access/whole-view.ts";
import { instantOrNull } from "../answering/instants.ts";
import { ProblemError } from "../answering/problem.ts";
import type { RouteGroup } from "../api-server.ts";

const tags = ["alerting"];

export const silenceRoutes: RouteGroup = (server, resources) => {
  const { database } = resources;
  server.get(
    "/api/v1/silences",
    {
      config: { right: "read" },
      schema: { summary: "List active silences, oldest first", tags, response: { 200: silenceListSchema } },
    },
    async ({ actor }) => {
      refuseFewTags(actor);
      const found = await listSilences(database);
      return { items: found.map(shownSilence), next: null, total: found.length };
    },
  );

  server.post(
    "/api/v1/silences",
    {
      config: { right: "edit" },
      schema: {
        summary: "Mute an incident, a site or a tag",
        tags,
        body: newSilenceSchema,
        response: { 201: silenceSchema },
      },
    },
    async (request, reply) => {
      refuseFewTags(request.actor);
      const { untilAt, ...scope } = request.body;
      const untilMs = untilAt === null ? null : Date.parse(untilAt);
      const added = await addSilence(database, { ...scope, untilMs, createdBy: request.actor.name });
      await recordAudit(resources, request, silenceChanged("silence.added", added));
      return reply.code(201).send(shownSilence(added));
    },
  );

  server.delete(
    "/api/v1/silences/:id",
    {
      config: { right: "edit" },
      schema: {
        summary: "End a silence; the messages that it held back are sent",
        tags,
        params: idParametersSchema,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      refuseFewTags(request.actor);
      const id = request.params.id.toLowerCase();
      const silence = (await listSilences(database)).find((each) => each.id === id);
      if (silence === undefined) throw new ProblemError("not-found", `there is no active silence ${id}`);
      await endSilence(database, id);
      await recordAudit(resources, request, silenceChanged("silence.ended", silence));
      return reply.code(204).send(null);
    },
  );
};

function shownSilence({
  id,
  incidentId,
  site,
  tag,
  reason,
  createdBy,
  untilMs,
}: Silence): z.infer<typeof silenceSchema> {
  return { id, incidentId, site, tag, reason, createdBy, untilAt: instantOrNull(untilMs) };
}
