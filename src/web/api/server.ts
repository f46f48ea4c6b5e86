/** Builds the server: limits, headers and access first, then every route. */
import helmet from "@fastify/helmet";
import rateLimit from "@fastify/rate-limit";
import fastify from "fastify";
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from "fastify-type-provider-zod";
import type { ServerResources } from "../../apps/wiring/server-resources.ts";
import { addDashboard } from "../dashboard-files.ts";
import { addDocs } from "../docs/routes.ts";
import { rewriteForPageHost } from "../status-page/serving/page-hosts.ts";
import { PublishedPages } from "../status-page/serving/published-pages.ts";
import { addStatusPages } from "../status-page/status-pages.ts";
import { addAccess } from "./access/access.ts";
import { secureHeaders } from "./access/secure-headers.ts";
import { addIdempotency } from "./answering/idempotency.ts";
import { answerMalformedHttp, answerOddRequests } from "./answering/malformed-requests.ts";
import { answerErrors, answerMalformed, ProblemError } from "./answering/problem.ts";
import { answerUnknownRoutes } from "./answering/unknown-route.ts";
import type { ApiServer } from "./api-server.ts";
import { routeGroups } from "./routes.ts";

const LARGEST_BODY_BYTES = 1024 * 1024;
/** A client that sends its request slower than this is cut off. */
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;
const CHECK_TIMEOUTS_EVERY_MS = 2000;
const MINUTE_MS = 60_000;

/** Does not listen yet. Throws when a route names no right. */
export async function createServer(resources: ServerResources): Promise<ApiServer> {
  const { configuration, log, loopbackOnly, counter } = resources;
  const { publicUrl, trustProxy, maxRequestsPerMinute } = configuration.server;
  const pages = new PublishedPages(resources);
  const server: ApiServer = fastify({
    logger: false,
    rewriteUrl: rewriteForPageHost(pages),
    bodyLimit: LARGEST_BODY_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    http: {
      headersTimeout: HEADERS_TIMEOUT_MS,
      connectionsCheckingInterval: CHECK_TIMEOUTS_EVERY_MS,
      requireHostHeader: false,
    },
    // While it closes, it still answers what comes over open connections, instead of refusing it in another form.
    return503OnClosing: false,
    clientErrorHandler: answerMalformedHttp,
    forceCloseConnections: "idle",
    trustProxy: trustProxy === undefined ? false : [...trustProxy],
    // Keys such as __proto__ in a body are refused.
    onProtoPoisoning: "error",
    onConstructorPoisoning: "error",
    frameworkErrors: answerMalformed,
    routerOptions: { maxParamLength: 200 },
  }).withTypeProvider<ZodTypeProvider>();
  server.setValidatorCompiler(validatorCompiler);
  server.setSerializerCompiler(serializerCompiler);
  server.setErrorHandler(answerErrors(log));
  answerUnknownRoutes(server);
  answerOddRequests(server);
  await server.register(helmet, secureHeaders(publicUrl));
  await server.register(rateLimit, {
    global: false,
    max: maxRequestsPerMinute,
    timeWindow: MINUTE_MS,
    errorResponseBuilder: (_request, { after }) =>
      new ProblemError(
        "too-many-requests",
        `at most ${maxRequestsPerMinute} requests a minute; wait ${after}`,
      ),
  });
  // A hook of its own comes before access: whoever is refused is counted too.
  server.addHook("onRequest", server.rateLimit());
  addAccess(server, resources, {
    publicUrl,
    loopbackOnly,
    isPageHost: (hostName) => pages.slugOfHost(hostName.toLowerCase()) !== null,
  });
  addIdempotency(server, resources);
  server.addHook("onRequest", async (request, reply) => {
    if (request.url.startsWith("/api/")) reply.header("cache-control", "no-store");
  });
  server.addHook("onResponse", async (_request, { statusCode }) => {
    counter.add("sitewire_http_requests_total", "requests that the server answered", 1);
    if (statusCode >= 500)
      counter.add("sitewire_http_errors_total", "requests answered by a server error", 1);
  });
  for (const addRoutes of routeGroups) addRoutes(server, resources);
  addDocs(server, resources, routeGroups);
  await addStatusPages(server, pages, resources);
  await addDashboard(server, resources.dashboardFolder);
  return server;
}
