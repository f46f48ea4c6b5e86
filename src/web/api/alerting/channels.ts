/** `/api/v1/channels`: ways to reach people, of sitewire.yaml and of the table. Secrets go in and never come out. */
import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import {
  addChannel,
  changeChannel,
  findChannel,
  InvalidChannelError,
  type ListedChannel,
  listChannels,
  openChannel,
  removeChannel,
  StaleChannelError,
  UnknownChannelError,
} from "../../../apps/operations/alerting/alert-channels.ts";
import { previewOf, sendTest } from "../../../apps/operations/alerting/channels.ts";
import { channelsResources } from "../../../apps/wiring/alerting/channels.ts";
import {
  channelChangeSchema,
  channelListSchema,
  channelParametersSchema,
  channelPreviewRequestSchema,
  channelPreviewSchema,
  channelSchema,
  channelTestSchema,
  channelTypesSchema,
  newChannelSchema,
} from "../../../contract/api/alerting/channels.ts";
import { formatPath } from "../../../contract/problems.ts";
import type { LastDelivery } from "../../../core/alerting/sending/delivery-history.ts";
import { recordAudit } from "../access/audit.ts";
import { instantOf, instantOrNull } from "../answering/instants.ts";
import { ProblemError } from "../answering/problem.ts";
import { etagOf, wantedRevision } from "../answering/revisions.ts";
import type { RouteGroup } from "../api-server.ts";
import { channelTypes } from "./channel-types.ts";

const tags = ["alerting"];
const TEST_TIMEOUT_MS = 30_000;
const read = { right: "edit" } as const;
const change = { right: "administer" } as const;

export const channelRoutes: RouteGroup = (server, resources) => {
  const channels = channelsResources(resources.context, resources.database);

  server.get(
    "/api/v1/channel-types",
    {
      config: { right: "read" },
      schema: {
        summary: "List the types of channels with their fields",
        tags,
        response: { 200: channelTypesSchema },
      },
    },
    async () => ({
      items: channelTypes().map((type) => ({ ...type, secrets: [...type.secrets] })),
      next: null,
    }),
  );

  server.get(
    "/api/v1/channels",
    {
      config: read,
      schema: { summary: "List channels, without secrets", tags, response: { 200: channelListSchema } },
    },
    async () => {
      const found = await listChannels(channels);
      const last = await lastDeliveries(found.map(({ name }) => name));
      const items = found.map((channel) => shownChannel(channel, last.get(channel.name)));
      return { items, next: null, total: found.length };
    },
  );

  server.get(
    "/api/v1/channels/:name",
    {
      config: read,
      schema: {
        summary: "Read a channel, without secrets",
        tags,
        params: channelParametersSchema,
        response: { 200: channelSchema },
      },
    },
    async ({ params }, reply) => await send(reply, await answered(() => findChannel(channels, params.name))),
  );

  server.post(
    "/api/v1/channels",
    {
      config: change,
      schema: { summary: "Add a channel", tags, body: newChannelSchema, response: { 201: channelSchema } },
    },
    async (request, reply) => {
      const { name, settings } = request.body;
      const added = await answered(() => addChannel(channels, { name, settings, by: request.actor.name }));
      await audit(request, "channel.added", null, added);
      return await send(reply.code(201).header("location", `/api/v1/channels/${name}`), added);
    },
  );

  server.put(
    "/api/v1/channels/:name",
    {
      config: change,
      schema: {
        summary: "Change a channel; secrets that are left out stay",
        description: "Takes the ETag in If-Match.",
        tags,
        params: channelParametersSchema,
        body: channelChangeSchema,
        response: { 200: channelSchema },
      },
    },
    async (request, reply) => {
      const { name } = request.params;
      const { settings } = request.body;
      const revision = wantedRevision(request);
      const before = await answered(() => findChannel(channels, name));
      const after = await answered(() =>
        changeChannel(channels, { name, settings, by: request.actor.name, revision }),
      );
      await audit(request, "channel.changed", before, after);
      return await send(reply, after);
    },
  );

  server.delete(
    "/api/v1/channels/:name",
    {
      config: change,
      schema: {
        summary: "Remove a channel that no route names",
        description: "Takes the ETag in If-Match.",
        tags,
        params: channelParametersSchema,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      const { name } = request.params;
      const revision = wantedRevision(request);
      const before = await answered(() => findChannel(channels, name));
      await answered(() => removeChannel(channels, { name, revision }));
      await audit(request, "channel.removed", before, null);
      return reply.code(204).send(null);
    },
  );

  server.post(
    "/api/v1/channels/:name/test",
    {
      config: change,
      schema: {
        summary: "Send a test message",
        tags,
        params: channelParametersSchema,
        response: { 200: channelTestSchema },
      },
    },
    async ({ params }) => {
      const channel = await answered(() => openChannel(channels, { name: params.name }));
      const outcome = await sendTest(channel, {
        messageId: crypto.randomUUID(),
        signal: AbortSignal.timeout(TEST_TIMEOUT_MS),
      });
      return { sent: outcome === null, reason: outcome };
    },
  );

  server.post(
    "/api/v1/channels/preview",
    {
      config: change,
      schema: {
        summary: "Show the message about an example incident, without sending it",
        tags,
        body: channelPreviewRequestSchema,
        response: { 200: channelPreviewSchema },
      },
    },
    async ({ body: { name, settings, kind } }) => {
      const channel = await answered(() => openChannel(channels, { name, settings }));
      return { message: previewOf(channel, kind) };
    },
  );

  async function send(reply: FastifyReply, channel: ListedChannel): Promise<FastifyReply> {
    const last = await lastDeliveries([channel.name]);
    return reply.header("etag", etagOf(channel.revision)).send(shownChannel(channel, last.get(channel.name)));
  }

  async function lastDeliveries(names: readonly string[]): Promise<ReadonlyMap<string, LastDelivery>> {
    const found = await resources.database.deliveryHistory.lastOf(names);
    return new Map(found.map((delivery) => [delivery.channel, delivery]));
  }

  async function audit(
    request: FastifyRequest,
    action: string,
    before: ListedChannel | null,
    after: ListedChannel | null,
  ): Promise<void> {
    const name = after?.name ?? before?.name ?? "";
    await recordAudit(resources, request, {
      action,
      target: { kind: "channel", id: name, name },
      before: before === null ? null : before.settings,
      after: after === null ? null : after.settings,
    });
  }
};

/** The operation's errors as problems. */
async function answered<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof InvalidChannelError) {
      const errors = error.problems.map(({ path, message }) => ({
        field: formatPath(["settings", ...path]),
        message,
      }));
      throw new ProblemError("invalid", error.message, errors);
    }
    if (error instanceof UnknownChannelError) throw new ProblemError("not-found", error.message);
    if (error instanceof StaleChannelError) throw new ProblemError("changed", error.message);
    throw error;
  }
}

function shownChannel(channel: ListedChannel, last: LastDelivery | undefined): z.infer<typeof channelSchema> {
  const { name, type, settings, secrets, source, problem, updatedAtMs, updatedBy, revision } = channel;
  return {
    name,
    type,
    settings: { ...settings },
    secrets: [...secrets],
    source,
    editable: source === "table",
    problem,
    lastDelivery:
      last === undefined
        ? null
        : { kind: last.kind, state: last.state, at: instantOf(last.atMs), reason: last.reason },
    updatedAt: instantOrNull(updatedAtMs),
    updatedBy,
    revision,
  };
}
