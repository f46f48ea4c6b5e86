/** The server as routes see it: Fastify with schemas by zod, and for each route the right that it takes. */
import type {
  FastifyBaseLogger,
  FastifyInstance,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import type { ServerResources } from "../../apps/wiring/server-resources.ts";
import type { Actor } from "../../core/accounts/actor.ts";
import type { FoundSession } from "../../core/accounts/ports.ts";
import type { Right } from "../../core/accounts/rights.ts";

/** `public` is for everybody on the network: it shows nothing of the sites but what is published. */
type RouteRight = Right | "public";

declare module "fastify" {
  interface FastifyContextConfig {
    /** What a request needs. A route without it is refused at start. */
    readonly right?: RouteRight;
    /** True for what a status page publishes: other websites may link and embed it, and its forms need no script. */
    readonly published?: boolean;
  }
  interface FastifyRequest {
    /** Who makes the request. Reads hand `actor.tags` on as `visibleTags`. */
    actor: Actor;
    /** The session of a person who has signed in; null for a token and for anyone. */
    session: FoundSession | null;
  }
}

export type ApiServer = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  ZodTypeProvider
>;

/** Adds the routes of one resource. Paths are complete: `/api/v1/sites`. */
export type RouteGroup = (server: ApiServer, resources: ServerResources) => void;
