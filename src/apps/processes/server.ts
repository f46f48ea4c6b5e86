/** The server process: serves the API, the dashboard and the status pages. */
import { FailureError } from "../../contract/errors.ts";
import { retryWhileUnavailable } from "../../core/running/retrying.ts";
import { outboxHealth } from "../wiring/health.ts";
import { type Invocation, startApp } from "../wiring/invocation.ts";
import { withOwnDatabase } from "../wiring/opening.ts";
import { isLoopback, type ServerFace, type Serving, serverResources } from "../wiring/server-resources.ts";

/** Runs until the signal aborts, then drains. Throws `FailureError` when the address cannot be served. */
export async function runServerApp(
  invocation: Invocation,
  { face, onServed }: { readonly face: ServerFace; readonly onServed?: ((url: string) => void) | undefined },
): Promise<void> {
  const context = startApp("server", invocation);
  const { log } = context;
  await withOwnDatabase(
    {
      context,
      tables: "wait",
      onOpened: ({ description }) => log.info({ database: description }, "server started"),
      health: async ({ database }) => [outboxHealth(database, context, [])],
    },
    async (opened, counter) => {
      await serveFace(
        {
          context,
          opened,
          counter,
          otherPorts: false,
          onServed: onServed ?? ((url) => log.info({ url }, "dashboard served")),
        },
        face,
        invocation.signal,
      );
    },
  );
  log.info({}, "server stopped");
}

/** Serves, in a process of its own or in `sitewire up`. Throws `FailureError` as `runServerApp` does. */
export async function serveFace(serving: Serving, face: ServerFace, signal: AbortSignal): Promise<void> {
  await refuseWithoutAccount(serving, signal);
  await face(serverResources(serving), signal);
}

/** On loopback reading needs no account. On any other address nobody may read before somebody can sign in. */
async function refuseWithoutAccount({ context, opened }: Serving, signal: AbortSignal): Promise<void> {
  const { address, port } = context.configuration.server;
  if (isLoopback(address)) return;
  const { people } = opened.database.accounts;
  const patient = { what: "database", log: context.log, signal };
  if (await retryWhileUnavailable(() => people.hasAdministrator(), patient)) return;
  throw new FailureError(
    `the dashboard is not served at ${address}:${port} before there is an administrator: make one at 127.0.0.1 first (docs/server.md), or leave it out with --no-dashboard`,
  );
}
