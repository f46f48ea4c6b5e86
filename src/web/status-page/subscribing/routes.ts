/** Routes by which visitors subscribe to a status page, confirm it, and end it. */
import type { FastifyReply, FastifyRequest } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import { takeAttempt } from "../../../apps/operations/accounts/sign-in-attempts.ts";
import {
  confirmSubscription,
  subscribe,
  subscriberOf,
  subscriptionKinds,
} from "../../../apps/operations/status-pages/subscriptions.ts";
import { SiteNotShownError } from "../../../apps/operations/status-pages/viewing.ts";
import { channelsResources } from "../../../apps/wiring/alerting/channels.ts";
import type { ServerResources } from "../../../apps/wiring/server-resources.ts";
import { UsageError } from "../../../contract/errors.ts";
import type { StoredPage } from "../../../core/status-pages/ports.ts";
import type {
  Subscriber,
  SubscriberKind,
  TokenPurpose,
} from "../../../core/status-pages/subscribers/ports.ts";
import { ProblemError } from "../../api/answering/problem.ts";
import { refuseWhileWaiting } from "../../api/answering/waiting.ts";
import type { ApiServer } from "../../api/api-server.ts";
import { layout } from "../rendering/layout.ts";
import type { PageContext } from "../rendering/page-context.ts";
import { wordsOf } from "../rendering/words.ts";
import { answer, question, subscribeForm } from "./forms.ts";

const HTML = "text/html; charset=utf-8";

const parametersSchema = z.strictObject({ slug: z.string().max(63) });
const tokenSchema = z.object({ token: z.string().max(100).default("") });
const subscriptionSchema = z.object({
  kind: z.enum(["email", "webhook"]),
  address: z.string().max(2000),
  site: z
    .union([z.string().max(36), z.array(z.string().max(36)).max(1000)])
    .default([])
    .transform((site) => [site].flat()),
});

interface Link {
  readonly slug: string;
  readonly token: string;
  readonly purpose: TokenPurpose;
}

function linkOf(
  {
    params,
    query,
  }: { readonly params: { readonly slug: string }; readonly query: { readonly token: string } },
  purpose: TokenPurpose,
): Link {
  return { slug: params.slug, token: query.token, purpose };
}

type Resources = Pick<ServerResources, "database" | "context" | "log">;

export async function addSubscribing(
  server: ApiServer,
  context: PageContext,
  resources: Resources,
): Promise<void> {
  const { database } = resources;
  const { secretBox } = channelsResources(resources.context, database);
  const published = { right: "public", published: true } as const;

  server.get(
    "/status/:slug/subscribe",
    { config: published, schema: { hide: true, params: parametersSchema } },
    async (request, reply) => {
      const stored = await context.admitted(request, reply, request.params.slug);
      if (stored === null) return reply;
      return await sendForm(request, reply, stored, null);
    },
  );

  server.post(
    "/status/:slug/subscribe",
    { config: published, schema: { hide: true, params: parametersSchema, body: subscriptionSchema } },
    async (request, reply) => {
      const stored = await context.admitted(request, reply, request.params.slug);
      if (stored === null) return reply;
      const { page } = stored;
      const words = wordsOf(page.language).subscribe;
      if (kindsOf(stored).length === 0) throw new ProblemError("not-found", "there is no such page");
      const account = `subscription to ${page.slug} from ${request.ip}`;
      refuseWhileWaiting(reply, await takeAttempt(database, { address: request.ip, account }));
      const { kind, address, site: sites } = request.body;
      try {
        if (!kindsOf(stored).includes(kind)) throw new UsageError("the page takes no such subscription");
        const pageUrl = context.urlOf(request, page);
        await subscribe({ database }, page, { kind, address, sites, pageUrl });
      } catch (error) {
        if (!(error instanceof UsageError || error instanceof SiteNotShownError)) throw error;
        return await sendForm(request, reply.code(422), stored, words.wrongAddress);
      }
      // The same answer whether the address is known, confirmed or new.
      return sendPage(
        request,
        reply.code(202),
        stored,
        words.title,
        answer(words.askedTitle, words.asked[kind]),
      );
    },
  );

  server.get(
    "/status/:slug/confirm",
    { config: published, schema: { hide: true, params: parametersSchema, querystring: tokenSchema } },
    async (request, reply) => await ask(request, reply, linkOf(request, "confirm")),
  );

  server.post(
    "/status/:slug/confirm",
    { config: published, schema: { hide: true, params: parametersSchema, querystring: tokenSchema } },
    async (request, reply) => {
      const found = await foundBy(request, reply, linkOf(request, "confirm"));
      if (found === null) return reply;
      const { stored, subscriber } = found;
      const words = wordsOf(stored.page.language).subscribe;
      const { title } = words.confirmed;
      if (subscriber === null) return sendInvalid(request, reply, stored);
      const secret = await confirmSubscription({ database, secretBox }, subscriber);
      if (request.headers.accept?.includes("application/json") === true) {
        return reply.header("cache-control", "no-store").send({ confirmed: true, secret });
      }
      const text = secret === null ? words.confirmed.text : words.confirmed.secret;
      return sendPage(request, reply, stored, title, answer(title, text, secret));
    },
  );

  server.get(
    "/status/:slug/unsubscribe",
    { config: published, schema: { hide: true, params: parametersSchema, querystring: tokenSchema } },
    async (request, reply) => await ask(request, reply, linkOf(request, "unsubscribe")),
  );

  await server.register(async (plain) => {
    const scope = plain.withTypeProvider<ZodTypeProvider>();
    // RFC 8058, section 3.1: mail programs may send their form as multipart too. Only the address matters.
    scope.addContentTypeParser("multipart/form-data", (_request, payload, done) => {
      payload.resume();
      payload.on("end", () => done(null, {}));
      payload.on("error", done);
    });
    scope.post(
      "/status/:slug/unsubscribe",
      { config: published, schema: { hide: true, params: parametersSchema, querystring: tokenSchema } },
      async (request, reply) => {
        const found = await foundBy(request, reply, linkOf(request, "unsubscribe"));
        if (found === null) return reply;
        const { stored, subscriber } = found;
        const { title, text } = wordsOf(stored.page.language).subscribe.ended;
        if (subscriber !== null) await database.subscribers.remove(subscriber.slug, subscriber.id);
        return sendPage(request, reply, stored, title, answer(title, text));
      },
    );
  });

  /** Webhooks are signed: without a key there are none. */
  function kindsOf({ page }: StoredPage): readonly SubscriberKind[] {
    const kinds = subscriptionKinds(page);
    if (!kinds.includes("webhook")) return kinds;
    try {
      secretBox();
      return kinds;
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      return kinds.filter((kind) => kind !== "webhook");
    }
  }

  async function sendForm(
    request: FastifyRequest,
    reply: FastifyReply,
    stored: StoredPage,
    problem: string | null,
  ): Promise<FastifyReply> {
    const kinds = kindsOf(stored);
    if (kinds.length === 0) throw new ProblemError("not-found", "there is no such page");
    const { value } = await context.pages.rendering(stored);
    const action = `${context.baseOf(request, stored.page)}/subscribe`;
    const words = wordsOf(stored.page.language);
    const form = subscribeForm({ view: value.view, action, kinds, problem }, words);
    return sendPage(request, reply, stored, words.subscribe.title, form);
  }

  /** A link opened by itself changes nothing: programs that look through mails open them too. */
  async function ask(request: FastifyRequest, reply: FastifyReply, link: Link): Promise<FastifyReply> {
    const found = await foundBy(request, reply, link);
    if (found === null) return reply;
    const { stored, subscriber } = found;
    if (subscriber === null) return sendInvalid(request, reply, stored);
    const words = wordsOf(stored.page.language).subscribe;
    const query = `?token=${encodeURIComponent(link.token)}`;
    const action = `${context.baseOf(request, stored.page)}/${link.purpose}${query}`;
    const texts = link.purpose === "confirm" ? words.confirm : words.end;
    return sendPage(request, reply, stored, texts.title, question(action, texts));
  }

  /** Whoever holds a valid link needs no other access; everybody else learns no more than from the page itself. */
  async function foundBy(
    request: FastifyRequest,
    reply: FastifyReply,
    link: Link,
  ): Promise<{ readonly stored: StoredPage; readonly subscriber: Subscriber | null } | null> {
    const { slug } = link;
    const subscriber = await subscriberOf(database.subscribers, link);
    const stored =
      subscriber === null ? await context.admitted(request, reply, slug) : await context.pages.find(slug);
    return stored === null ? null : { stored, subscriber };
  }

  function sendInvalid(request: FastifyRequest, reply: FastifyReply, stored: StoredPage): FastifyReply {
    const { title, text } = wordsOf(stored.page.language).subscribe.invalid;
    return sendPage(request, reply.code(410), stored, title, answer(title, text));
  }

  function sendPage(
    request: FastifyRequest,
    reply: FastifyReply,
    { page }: StoredPage,
    title: string,
    content: string,
  ): FastifyReply {
    const links = context.links(page, context.baseOf(request, page));
    return reply
      .type(HTML)
      .header("cache-control", "no-store")
      .send(layout({ page, links, title: `${title} · ${page.title}`, content, aside: true }));
  }
}
