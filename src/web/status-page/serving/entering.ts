/** The route that takes the password of a status page, and the files that its pages link. */
import formBody from "@fastify/formbody";
import { z } from "zod";
import { forgiveAccount, takeAttempt } from "../../../apps/operations/accounts/sign-in-attempts.ts";
import type { ServerResources } from "../../../apps/wiring/server-resources.ts";
import { ProblemError } from "../../api/answering/problem.ts";
import { refuseWhileWaiting } from "../../api/answering/waiting.ts";
import type { ApiServer } from "../../api/api-server.ts";
import type { PageContext } from "../rendering/page-context.ts";
import { createPass, isPagePassword, PASS_SECONDS, passCookieName } from "./page-access.ts";
import { ASSETS_PATH } from "./paths.ts";

const YEAR_SECONDS = 365 * 24 * 60 * 60;

export async function addEntering(
  server: ApiServer,
  context: PageContext,
  { clock, database }: Pick<ServerResources, "clock" | "database">,
): Promise<void> {
  server.get(
    `${ASSETS_PATH}/:name`,
    {
      config: { right: "public", published: true },
      schema: { hide: true, params: z.strictObject({ name: z.string().max(40) }) },
    },
    async (request, reply) => {
      const asset = context.assets.get(request.params.name);
      if (asset === undefined) throw new ProblemError("not-found", "there is no such file");
      return reply
        .type(asset.type)
        .header("cache-control", `public, max-age=${YEAR_SECONDS}, immutable`)
        .send(asset.body);
    },
  );
  await server.register(formBody, { bodyLimit: 16_384 });
  server.post(
    "/status/:slug/enter",
    {
      config: { right: "public", published: true },
      schema: {
        hide: true,
        params: z.strictObject({ slug: z.string().max(63) }),
        body: z.object({ password: z.string().max(1000) }),
      },
    },
    async (request, reply) => {
      const stored = await context.pages.find(request.params.slug);
      if (stored === null || stored.password === null || stored.page.visibility !== "password") {
        throw new ProblemError("not-found", "there is no such status page");
      }
      const { slug } = stored.page;
      // Counted by page and address, over all processes: a stranger locks nobody else out.
      const account = `status page ${slug} from ${request.ip}`;
      refuseWhileWaiting(reply, await takeAttempt(database, { address: request.ip, account }));
      if (!(await isPagePassword(stored.password, request.body.password))) {
        context.askForPassword(reply, stored, true);
        return reply;
      }
      await forgiveAccount(database, account);
      const secure = request.protocol === "https" ? "; Secure" : "";
      const cookie = `${passCookieName(slug)}=${createPass(stored, clock.now())}; Path=/; Max-Age=${PASS_SECONDS}; HttpOnly; SameSite=Lax${secure}`;
      return reply.header("set-cookie", cookie).redirect(context.baseOf(request, stored.page) || "/", 303);
    },
  );
}
