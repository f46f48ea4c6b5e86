/** Adds the status pages to a server. */
import type { ServerResources } from "../../apps/wiring/server-resources.ts";
import type { ApiServer } from "../api/api-server.ts";
import { PageContext } from "./rendering/page-context.ts";
import { addStatusPageRoutes } from "./routes.ts";
import { addEntering } from "./serving/entering.ts";
import type { PublishedPages } from "./serving/published-pages.ts";
import { addSubscribing } from "./subscribing/routes.ts";

/** The pages are kept up to date from when the server listens until it closes. */
export async function addStatusPages(
  server: ApiServer,
  pages: PublishedPages,
  resources: Pick<ServerResources, "database" | "clock" | "context" | "log">,
): Promise<void> {
  const stop = new AbortController();
  let keepingUp: Promise<void> = Promise.resolve();
  server.addHook("onReady", async () => {
    keepingUp = pages.keepUp(stop.signal);
  });
  server.addHook("onClose", async () => {
    stop.abort();
    await keepingUp;
  });
  // Without a referrer browsers send `Origin: null` with the page's own forms (Fetch Standard, "append a request Origin
  // header"), which then look like another site's.
  server.addHook("onRequest", async (request, reply) => {
    if (request.routeOptions.config.published === true) reply.header("referrer-policy", "same-origin");
  });
  const context = new PageContext(pages, resources);
  addStatusPageRoutes(server, context);
  await addEntering(server, context, resources);
  await addSubscribing(server, context, resources);
}
