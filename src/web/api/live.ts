/** `/api/v1/live`: what changes, as server-sent events (HTML standard, "Server-sent events"). */
import type { ServerResponse } from "node:http";
import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { liveQuerySchema } from "../../contract/api/pipeline/live.ts";
import { canSee } from "../../core/accounts/actor.ts";
import type { LiveUpdate, Tagged } from "../../core/live/live-feed.ts";
import { StreamRights } from "./access/stream-rights.ts";
import { ProblemError } from "./answering/problem.ts";
import type { RouteGroup } from "./api-server.ts";

const PING_MS = 15_000;
/** How long a browser waits before it connects again, milliseconds. */
const RETRY_MS = 2000;
/** A client that reads slower than this grows is cut off; it resumes with its last id. */
const MOST_UNREAD_BYTES = 1024 * 1024;
const MOST_STREAMS = 1000;
/** A stream ends after this time, so that the clients of a server that was added come to it. */
const LONGEST_STREAM_MS = 15 * 60_000;

export const liveRoutes: RouteGroup = (server, resources) => {
  const { live, clock, counter } = resources;
  const streams = new Set<AbortController>();
  const rights = new StreamRights(resources);
  // Streams never end by themselves: closing would wait for them.
  server.addHook("preClose", async () => {
    for (const stream of streams) stream.abort();
  });
  server.get(
    "/api/v1/live",
    {
      config: { right: "read" },
      schema: {
        summary: "Follow changes as server-sent events",
        description:
          "Events `hello`, `sites`, `incidents` and `definitions`, at most ten updates a second. Each has an id; a client that sends it as `Last-Event-ID` gets what it has missed.",
        tags: ["live"],
        querystring: liveQuerySchema,
        response: {
          200: {
            description: "Events until the client leaves",
            content: { "text/event-stream": { schema: z.string() } },
          },
        },
      },
    },
    async (request, reply) => {
      if (streams.size >= MOST_STREAMS) {
        throw new ProblemError("unavailable", `this server follows ${MOST_STREAMS} clients already`);
      }
      const stream = new AbortController();
      streams.add(stream);
      counter.add("sitewire_live_clients_total", "clients that began to follow live updates", 1);
      stream.signal.addEventListener("abort", () => streams.delete(stream), { once: true });
      const waiting: string[] = [];
      let write = (frame: string): void => void waiting.push(frame);
      const visibleTags = request.actor.tags;
      try {
        await live.subscribe(
          {
            onBegin: ({ id, resumed }) =>
              write(frameOf("hello", { at: new Date(clock.now()).toISOString(), resumed }, id)),
            onUpdate: (update) => {
              const frames = framesOf(update, visibleTags);
              if (frames !== "") write(frames);
            },
          },
          { after: lastEventId(request), signal: stream.signal },
        );
      } catch (error) {
        stream.abort();
        throw error;
      }
      const response = openStream(reply);
      write = (frame) => {
        response.write(frame);
        if (response.writableLength <= MOST_UNREAD_BYTES) return;
        counter.add("sitewire_live_clients_dropped_total", "clients of live updates that read too slowly", 1);
        response.destroy();
      };
      write(`retry: ${RETRY_MS}\n\n${waiting.join("")}`);
      endWith(response, stream);
      if (!stream.signal.aborted) rights.watch(stream, request);
    },
  );
};

function lastEventId({
  headers,
  query,
}: FastifyRequest<{ Querystring: { lastEventId?: string | undefined } }>) {
  const header = headers["last-event-id"];
  return typeof header === "string" ? header : query.lastEventId;
}

/** Takes the answer out of Fastify's hands, with the headers that were set so far. */
function openStream(reply: FastifyReply): ServerResponse {
  reply.hijack();
  const { raw } = reply;
  const headers = Object.entries(reply.getHeaders()).filter(([, value]) => value !== undefined);
  raw.writeHead(200, {
    ...Object.fromEntries(headers),
    "content-type": "text/event-stream; charset=utf-8",
    "cache-control": "no-store, no-transform",
    // nginx would wait for more before it passes anything on.
    "x-accel-buffering": "no",
  });
  return raw;
}

/** Ends the stream with the client's connection, with `stream`, and after the longest time. */
function endWith(response: ServerResponse, stream: AbortController): void {
  const ping = setInterval(() => response.write(": ping\n\n"), PING_MS);
  const longest = setTimeout(() => stream.abort(), LONGEST_STREAM_MS);
  stream.signal.addEventListener(
    "abort",
    () => {
      clearInterval(ping);
      clearTimeout(longest);
      response.end();
    },
    { once: true },
  );
  response.on("close", () => stream.abort());
  response.on("error", () => stream.abort());
  // The client may have left before the stream was opened.
  if (response.closed) stream.abort();
}

/** What was serialised for those who see everything is serialised once for all of them. */
const framesForAll = new WeakMap<LiveUpdate, string>();

function framesOf(update: LiveUpdate, visibleTags: readonly string[] | null): string {
  if (visibleTags !== null) return serialised(update, visibleTags);
  const known = framesForAll.get(update);
  if (known !== undefined) return known;
  const frames = serialised(update, null);
  framesForAll.set(update, frames);
  return frames;
}

function serialised({ id, atMs, ...update }: LiveUpdate, visibleTags: readonly string[] | null): string {
  const at = new Date(atMs).toISOString();
  const sites = visible(update.sites, visibleTags);
  const incidents = visible(update.incidents, visibleTags);
  const events: (readonly [string, object])[] = [];
  if (sites.length > 0) events.push(["sites", { at, sites }]);
  if (incidents.length > 0) events.push(["incidents", { incidents }]);
  if (update.definitions) events.push(["definitions", { at }]);
  // Only the last event has the id: a client that has a part of an update gets all of it again.
  return events
    .map(([name, data], index) => frameOf(name, data, index === events.length - 1 ? id : null))
    .join("");
}

function visible<T>(items: readonly Tagged<T>[], visibleTags: readonly string[] | null): readonly T[] {
  return items.filter(({ tags }) => canSee(visibleTags, tags)).map(({ item }) => item);
}

/** JSON has no line breaks, so that an event's data is one line. */
function frameOf(event: string, data: object, id: string | null): string {
  return `${id === null ? "" : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}
