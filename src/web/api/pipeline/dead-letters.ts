/** `/api/v1/dead-letters` and `/outbox/parked`: messages that got stuck, and how they go on. */
import { deadLettersSettled, parkedRowsSettled } from "../../../apps/operations/accounts/changes.ts";
import { listDeadLetters, settle } from "../../../apps/operations/pipeline/dead-letters.ts";
import { discardParked, listOutbox, retryParked } from "../../../apps/operations/pipeline/outbox.ts";
import { withEventLog } from "../../../apps/wiring/event-log/opening-event-log.ts";
import type { ServerResources } from "../../../apps/wiring/server-resources.ts";
import {
  DEAD_LETTER_VALUE_LENGTH,
  deadLetterListQuerySchema,
  deadLetterListSchema,
  settleAnswerSchema,
  settleRequestSchema,
} from "../../../contract/api/pipeline/dead-letters.ts";
import { parkedRowListQuerySchema, parkedRowListSchema } from "../../../contract/api/pipeline/outbox.ts";
import type { DeadLetter, DeadLetterLog } from "../../../core/recording/open-dead-letters.ts";
import type { ParkedOutboxRow } from "../../../core/relaying/ports.ts";
import { recordAudit } from "../access/audit.ts";
import { refuseFewTags } from "../access/whole-view.ts";
import { instantOf } from "../answering/instants.ts";
import type { RouteGroup } from "../api-server.ts";

const tags = ["pipeline"];
const READ_TIMEOUT_MS = 20_000;
const SETTLE_TIMEOUT_MS = 120_000;

const settlements = [
  {
    by: "replay",
    summary: "Publish dead letters again to their original topics",
  },
  { by: "discard", summary: "Settle dead letters without a replay" },
] as const;

const parkedSettlements = [
  {
    path: "retry",
    how: "retried",
    summary: "Let the relay publish parked rows again",
    settleRows: retryParked,
  },
  {
    path: "discard",
    how: "discarded",
    summary: "Delete parked rows: they are never published",
    settleRows: discardParked,
  },
] as const;

export const deadLetterRoutes: RouteGroup = (server, resources) => {
  server.get(
    "/api/v1/dead-letters",
    {
      config: { right: "edit" },
      schema: {
        summary: "List messages that could not be recorded, oldest first",
        tags,
        querystring: deadLetterListQuerySchema,
        response: { 200: deadLetterListSchema },
      },
    },
    async ({ query, actor }) => {
      refuseFewTags(actor);
      const signal = AbortSignal.timeout(READ_TIMEOUT_MS);
      const found = await onDeadLetters(resources, (deadLetters) =>
        listDeadLetters({ deadLetters, signal }, query),
      );
      return { items: found.map(shownLetter), next: null };
    },
  );

  for (const { by, summary } of settlements) {
    server.post(
      `/api/v1/dead-letters/${by}`,
      {
        config: { right: "edit" },
        schema: { summary, tags, body: settleRequestSchema, response: { 200: settleAnswerSchema } },
      },
      async (request) => {
        refuseFewTags(request.actor);
        const { ids } = request.body;
        const signal = AbortSignal.timeout(SETTLE_TIMEOUT_MS);
        const count = await onDeadLetters(resources, (deadLetters) =>
          settle({ deadLetters, signal }, { ids, by }),
        );
        await recordAudit(resources, request, deadLettersSettled(by, { ids, count }));
        return { count };
      },
    );
  }

  server.get(
    "/api/v1/outbox/parked",
    {
      config: { right: "edit" },
      schema: {
        summary: "List rows that their topic refused, oldest first",
        tags,
        querystring: parkedRowListQuerySchema,
        response: { 200: parkedRowListSchema },
      },
    },
    async ({ query, actor }) => {
      refuseFewTags(actor);
      const { parked, backlog } = await listOutbox({ queue: queueOf(resources) }, query);
      return { items: parked.map(shownRow), next: null, total: backlog.parked };
    },
  );

  for (const { path, how, summary, settleRows } of parkedSettlements) {
    server.post(
      `/api/v1/outbox/parked/${path}`,
      {
        config: { right: "edit" },
        schema: { summary, tags, body: settleRequestSchema, response: { 200: settleAnswerSchema } },
      },
      async (request) => {
        refuseFewTags(request.actor);
        const { ids } = request.body;
        const count = await settleRows({ queue: queueOf(resources) }, ids);
        await recordAudit(resources, request, parkedRowsSettled(how, { ids, count }));
        return { count };
      },
    );
  }
};

async function onDeadLetters<T>(
  { context, database, clock }: ServerResources,
  work: (deadLetters: DeadLetterLog) => Promise<T>,
): Promise<T> {
  return await withEventLog(context, { database }, (eventLog) => work({ ...eventLog, clock }));
}

function queueOf({ database, configuration }: ServerResources) {
  return database.outboxQueue({ afterParked: configuration.outbox.afterParked });
}

function shownLetter({ id, origin, event }: DeadLetter) {
  const text = event.value === null ? null : new TextDecoder().decode(event.value);
  return {
    id,
    origin,
    key: event.key,
    value: text === null ? null : text.slice(0, DEAD_LETTER_VALUE_LENGTH).toWellFormed(),
    valueBytes: event.value?.byteLength ?? 0,
  };
}

function shownRow({ id, event, code, reason, parkedAtMs }: ParkedOutboxRow) {
  return {
    id: String(id),
    topic: event.topic,
    key: event.key,
    code,
    reason,
    parkedAt: instantOf(parkedAtMs),
    valueBytes: event.value?.byteLength ?? 0,
  };
}
