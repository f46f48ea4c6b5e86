/** Serves API and dashboard until the signal aborts, then lets requests in flight end. */
import type { ServerResources } from "../apps/wiring/server-resources.ts";
import { FailureError, messageOf } from "../contract/errors.ts";
import type { ApiServer } from "./api/api-server.ts";
import { createServer } from "./api/server.ts";

/** Longest wait for requests in flight; after it their connections are closed. */
const DRAIN_MS = 5000;

/** Throws `FailureError` when the address cannot be served. */
export async function serve(resources: ServerResources, signal: AbortSignal): Promise<void> {
  const server = await createServer(resources);
  try {
    const port = await listen(server, resources);
    resources.onListening(port);
    await aborted(signal);
  } finally {
    const late = setTimeout(() => server.server.closeAllConnections(), DRAIN_MS);
    await server.close();
    clearTimeout(late);
  }
}

/** Listens on the first free port of those allowed, and returns it. */
async function listen(server: ApiServer, { address, ports, log }: ServerResources): Promise<number> {
  for (const [index, port] of ports.entries()) {
    try {
      await server.listen({ host: address, port });
      if (index > 0) log.warn({ wanted: ports[0], port }, "port of the dashboard is in use: took another");
      const bound = server.server.address();
      return typeof bound === "object" && bound !== null ? bound.port : port;
    } catch (error) {
      if (isInUse(error) && index < ports.length - 1) continue;
      throw new FailureError(
        `the dashboard cannot be served at ${address}:${ports[0]}: ${messageOf(error)}; choose another with --listen or SITEWIRE_SERVER_PORT`,
      );
    }
  }
  throw new FailureError("no port to serve the dashboard at");
}

function isInUse(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EADDRINUSE";
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  signal.addEventListener("abort", () => resolve(), { once: true });
  await promise;
}
