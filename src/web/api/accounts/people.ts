/** `/api/v1/people`: who may sign in. */
import { z } from "zod";
import {
  changePerson,
  type IssuedLink,
  invitePerson,
  issueResetLink,
  listPeople,
  removePerson,
} from "../../../apps/operations/accounts/people.ts";
import { linkAddress } from "../../../apps/wiring/one-time-links.ts";
import type { ServerResources } from "../../../apps/wiring/server-resources.ts";
import {
  issuedLinkSchema,
  newPersonSchema,
  personChangeSchema,
  personSchema,
} from "../../../contract/api/accounts/people.ts";
import { idParametersSchema, pageOf } from "../../../contract/api/conventions.ts";
import { type Person, StalePersonError } from "../../../core/accounts/ports.ts";
import { changedBy } from "../access/audit.ts";
import { ownOrigins } from "../access/own-origins.ts";
import { instantOf, instantOrNull } from "../answering/instants.ts";
import { ProblemError } from "../answering/problem.ts";
import { etagOf, wantedRevision } from "../answering/revisions.ts";
import type { ApiServer, RouteGroup } from "../api-server.ts";

const tags = ["accounts"];
const config = { right: "administer" } as const;
/** The answer holds a link. */
const linkConfig = { ...config, keepsAnswer: false } as const;

export const peopleRoutes: RouteGroup = (server, resources) => {
  const { database } = resources;
  server.get(
    "/api/v1/people",
    { config, schema: { summary: "Who may sign in", tags, response: { 200: pageOf(personSchema) } } },
    async () => {
      const found = await listPeople(database);
      return { items: found.map(shownPerson), next: null, total: found.length };
    },
  );

  server.get(
    "/api/v1/people/:id",
    {
      config,
      schema: { summary: "One person", tags, params: idParametersSchema, response: { 200: personSchema } },
    },
    async ({ params }, reply) => {
      const person = await personOr404(resources, params.id);
      return reply.header("etag", etagOf(person.revision)).send(shownPerson(person));
    },
  );

  server.post(
    "/api/v1/people",
    {
      config: linkConfig,
      schema: {
        summary: "Invite a person",
        tags,
        body: newPersonSchema,
        response: { 201: issuedLinkSchema },
      },
    },
    async (request, reply) => {
      const issued = await invitePerson(database, changedBy(request), request.body);
      return reply.code(201).send(shownLink(server, resources, issued));
    },
  );

  server.patch(
    "/api/v1/people/:id",
    {
      config,
      schema: {
        summary: "Change name, role or visible tags",
        tags,
        params: idParametersSchema,
        body: personChangeSchema,
        response: { 200: personSchema },
      },
    },
    async (request, reply) => {
      const { id } = await personOr404(resources, request.params.id);
      const change = { ...request.body, revision: wantedRevision(request) };
      const person = await unlessStale(() => changePerson(database, changedBy(request), { id, change }));
      return reply.header("etag", etagOf(person.revision)).send(shownPerson(person));
    },
  );

  server.delete(
    "/api/v1/people/:id",
    {
      config,
      schema: {
        summary: "Remove a person with sessions and tokens",
        tags,
        params: idParametersSchema,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      const { id } = await personOr404(resources, request.params.id);
      const revision = wantedRevision(request);
      await unlessStale(() => removePerson(database, changedBy(request), id, revision));
      return reply.code(204).send(null);
    },
  );

  server.post(
    "/api/v1/people/:id/reset",
    {
      config: linkConfig,
      schema: {
        summary: "Issue a link that sets a new password and removes second factors",
        tags,
        params: idParametersSchema,
        response: { 201: issuedLinkSchema },
      },
    },
    async (request, reply) => {
      const { id } = await personOr404(resources, request.params.id);
      const issued = await issueResetLink(database, changedBy(request), id);
      return reply.code(201).send(shownLink(server, resources, issued));
    },
  );
};

async function personOr404({ database }: ServerResources, id: string): Promise<Person> {
  const person = (await database.accounts.people.find(id)).find((found) => found.id === id.toLowerCase());
  if (person === undefined) throw new ProblemError("not-found", `there is no person ${id}`);
  return person;
}

async function unlessStale<T>(change: () => Promise<T>): Promise<T> {
  try {
    return await change();
  } catch (error) {
    if (!(error instanceof StalePersonError)) throw error;
    throw new ProblemError("changed", "somebody else has changed this person");
  }
}

function shownPerson(person: Person): z.infer<typeof personSchema> {
  const { id, name, email, role, tags: visible, active, secondFactor, passkeys } = person;
  return {
    id,
    name,
    email,
    role,
    tags: visible === null ? null : [...visible],
    active,
    secondFactor,
    passkeys,
    createdAt: instantOf(person.createdAtMs),
    lastSignedInAt: instantOrNull(person.lastSignedInAtMs),
  };
}

function shownLink(
  server: ApiServer,
  resources: ServerResources,
  issued: IssuedLink,
): z.infer<typeof issuedLinkSchema> {
  if (issued.person === null) throw new Error("a link for nobody");
  const [origin] = ownOrigins(server, resources);
  return {
    person: shownPerson(issued.person),
    url: linkAddress(resources.configuration, issued, origin),
    expiresAt: instantOf(resources.clock.now() + issued.lifetimeMs),
  };
}
