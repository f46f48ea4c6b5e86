/** `/api/v1/incidents`: what happened, what was seen, and the steps that people take. */
import type { z } from "zod";
import { incidentStepped, postMortemWritten } from "../../../apps/operations/accounts/changes.ts";
import {
  actOnIncident,
  listIncidents,
  type PersonalAction,
} from "../../../apps/operations/alerting/incidents.ts";
import {
  readPostMortem,
  StalePostMortemError,
  writePostMortem,
} from "../../../apps/operations/alerting/post-mortems.ts";
import type { ServerResources } from "../../../apps/wiring/server-resources.ts";
import {
  type IncidentEvidence,
  incidentDetailSchema,
  incidentEvidenceSchema,
  incidentListQuerySchema,
  incidentListSchema,
  incidentNoteSchema,
  incidentSchema,
  postMortemRequestSchema,
  postMortemSchema,
} from "../../../contract/api/alerting/incidents.ts";
import { idParametersSchema } from "../../../contract/api/conventions.ts";
import { canSee } from "../../../core/accounts/actor.ts";
import type { Incident, ShownIncident } from "../../../core/incidents/ports.ts";
import type { PostMortem } from "../../../core/incidents/post-mortems.ts";
import { recordAudit } from "../access/audit.ts";
import { instantCursorOf, readInstantCursor } from "../answering/instant-cursor.ts";
import { instantOf, instantOrNull } from "../answering/instants.ts";
import { ProblemError } from "../answering/problem.ts";
import { etagOf, wantedRevision } from "../answering/revisions.ts";
import type { RouteGroup } from "../api-server.ts";

const tags = ["incidents"];
const UNRESOLVED = ["open", "acknowledged"] as const;

export const incidentRoutes: RouteGroup = (server, resources) => {
  const { database } = resources;
  server.get(
    "/api/v1/incidents",
    {
      config: { right: "read" },
      schema: {
        summary: "List incidents, newest first",
        tags,
        querystring: incidentListQuerySchema,
        response: { 200: incidentListSchema },
      },
    },
    async ({ query, actor }) => {
      const { limit, cursor, state, site, tag, severity, from, to } = query;
      const after = readInstantCursor(cursor);
      const found = await listIncidents(database, {
        states: state === undefined ? undefined : state === "unresolved" ? UNRESOLVED : [state],
        site,
        tag,
        severity,
        fromMs: from === undefined ? undefined : Date.parse(from),
        toMs: to === undefined ? undefined : Date.parse(to),
        visibleTags: actor.tags,
        after: after === null ? undefined : { sinceMs: after.atMs, id: after.id },
        // One more than asked for tells whether there is a next page.
        limit: limit + 1,
      });
      const page = found.slice(0, limit);
      const last = page.at(-1);
      const next = found.length > limit && last !== undefined ? instantCursorOf(last.sinceMs, last.id) : null;
      return { items: page.map(shownIncident), next };
    },
  );

  server.get(
    "/api/v1/incidents/:id",
    {
      config: { right: "read" },
      schema: {
        summary: "Read an incident with timeline, evidence, related incidents and post-mortem",
        description: "The ETag is that of the post-mortem.",
        tags,
        params: idParametersSchema,
        response: { 200: incidentDetailSchema },
      },
    },
    async ({ params, actor }, reply) => {
      const shown = await visibleIncident(resources, params.id, actor.tags);
      const postMortem = await readPostMortem(database, shown.incident.id);
      reply.header("etag", etagOf(postMortem?.revision ?? 0));
      return reply.send(detailOf(shown, postMortem, actor.tags));
    },
  );

  for (const action of ["acknowledge", "note", "resolve"] satisfies PersonalAction[]) {
    server.post(
      `/api/v1/incidents/:id/${action}`,
      {
        config: { right: "edit" },
        schema: {
          summary: SUMMARIES[action],
          tags,
          params: idParametersSchema,
          body: incidentNoteSchema,
          response: { 200: incidentSchema },
        },
      },
      async (request) => {
        const { incident } = await visibleIncident(resources, request.params.id, request.actor.tags);
        const { note } = request.body;
        const step = { incidentId: incident.id, by: request.actor.name, note };
        const after = await actOnIncident(database, action, step);
        await recordAudit(resources, request, incidentStepped(action, { before: incident, after, note }));
        return shownIncident(after);
      },
    );
  }

  server.put(
    "/api/v1/incidents/:id/post-mortem",
    {
      config: { right: "edit" },
      schema: {
        summary: "Write what was learnt, in Markdown; every revision is kept",
        description: 'Takes the ETag in If-Match; `"0"` for the first one.',
        tags,
        params: idParametersSchema,
        body: postMortemRequestSchema,
        response: { 200: postMortemSchema },
      },
    },
    async (request, reply) => {
      const { incident } = await visibleIncident(resources, request.params.id, request.actor.tags);
      const replaces = wantedRevision(request);
      const before = await readPostMortem(database, incident.id);
      const { text } = request.body;
      const by = request.actor.name;
      const written = await unlessStale(() =>
        writePostMortem(database, { incidentId: incident.id, text, by, replaces }),
      );
      await recordAudit(resources, request, postMortemWritten(incident, { before, after: written }));
      return reply.header("etag", etagOf(written.revision)).send(shownPostMortem(written));
    },
  );
};

const SUMMARIES = {
  acknowledge: "Acknowledge an incident: escalation and reminders stop",
  note: "Add a note",
  resolve: "Resolve an incident now",
} as const;

/** What the actor may not see is not found. Throws `ProblemError`. */
async function visibleIncident(
  { database }: ServerResources,
  id: string,
  visibleTags: readonly string[] | null,
): Promise<ShownIncident> {
  const shown = await database.incidents.show(id.toLowerCase());
  if (shown !== null && canSee(visibleTags, shown.incident.tags)) return shown;
  throw new ProblemError("not-found", `there is no incident ${id}`);
}

async function unlessStale<T>(write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (error instanceof StalePostMortemError) throw new ProblemError("changed", error.message);
    throw error;
  }
}

function detailOf(
  { incident, timeline, changes, related }: ShownIncident,
  postMortem: PostMortem | null,
  visibleTags: readonly string[] | null,
): z.input<typeof incidentDetailSchema> {
  return {
    incident: shownIncident(incident),
    timeline: timeline.map(({ atMs, evidence, ...entry }) => ({
      ...entry,
      at: instantOf(atMs),
      evidence: evidenceOf(evidence),
    })),
    evidence: evidenceOf(timeline.find(({ step }) => step === "opened")?.evidence ?? null),
    changes: [...changes],
    related: related.filter((other) => canSee(visibleTags, other.tags)).map(shownIncident),
    postMortem: postMortem === null ? null : shownPostMortem(postMortem),
  };
}

function evidenceOf(evidence: ShownIncident["timeline"][number]["evidence"]): IncidentEvidence | null {
  return evidence === null ? null : incidentEvidenceSchema.parse(evidence);
}

function shownIncident(incident: Incident): z.infer<typeof incidentSchema> {
  const { id, siteId, siteName, url, kind, severity, state, flapping, cause, statusCode } = incident;
  return {
    id,
    site: { id: siteId, name: siteName, url, tags: [...incident.tags] },
    kind,
    severity,
    state,
    sinceAt: instantOf(incident.sinceMs),
    openedAt: instantOf(incident.openedAtMs),
    flapping,
    cause,
    statusCode,
    acknowledgedAt: instantOrNull(incident.acknowledgedAtMs),
    acknowledgedBy: incident.acknowledgedBy,
    goodSinceAt: instantOrNull(incident.goodSinceMs),
    resolvedAt: instantOrNull(incident.resolvedAtMs),
    resolvedBy: incident.resolvedBy,
    parentId: incident.parentId,
  };
}

function shownPostMortem({
  text,
  revision,
  writtenBy,
  writtenAtMs,
}: PostMortem): z.infer<typeof postMortemSchema> {
  return { text, revision, writtenBy, writtenAt: instantOf(writtenAtMs) };
}
