/** The server process: serves the API, the dashboard and the status pages. */
import { FailureError, messageOf } from "../../contract/errors.ts";
import type { PeopleStore } from "../../core/accounts/ports.ts";
import type { Log } from "../../core/log.ts";
import type { SiteOverview } from "../../core/reporting/site-facts.ts";
import { repeatUntilAborted } from "../../core/running/repeating.ts";
import { retryWhileUnavailable } from "../../core/running/retrying.ts";
import { systemClock } from "../../services/process/clock.ts";
import { issueSetupLink } from "../operations/accounts/people.ts";
import { outboxHealth } from "../wiring/health.ts";
import { type AppContext, type Invocation, startApp } from "../wiring/invocation.ts";
import { linkAddress } from "../wiring/one-time-links.ts";
import { withOwnDatabase } from "../wiring/opening.ts";
import { isLoopback, type ServerFace, type Serving, serverResources } from "../wiring/server-resources.ts";

export interface ServerOptions {
  readonly face: ServerFace;
  /** Called once with the dashboard's address; it is logged when this is omitted. */
  readonly onServed?: ((url: string) => void) | undefined;
  /** Called with the link that makes the first administrator; it is logged when this is omitted. */
  readonly onSetUpLink?: ((url: string) => void) | undefined;
}

const HOW_TO_MAKE_ONE = "sitewire people setup EMAIL --password-file FILE";
/** How often a server that waits looks for an administrator. */
const LOOK_EVERY_MS = 2000;

/** Runs until the signal aborts, then drains. Throws `FailureError` when the address cannot be served. */
export async function runServerApp(
  invocation: Invocation,
  { face, onServed, onSetUpLink }: ServerOptions,
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
      const tell = onServed ?? ((url: string) => log.info({ url }, "dashboard served"));
      await serveFace(
        {
          context,
          opened,
          counter,
          otherPorts: false,
          onServed(url) {
            tell(url);
            readAhead(opened.database.overview, log);
          },
          onSetUpLink: onSetUpLink ?? logSetUpLink(log),
        },
        face,
        invocation.signal,
      );
    },
  );
  log.info({}, "server stopped");
}

/**
 * The first list of sites takes a second at 10,000 sites, because it reads their last 90 days; later ones read what has
 * changed. A process that only serves reads it at its start. `sitewire up` does not: often nobody looks.
 */
function readAhead(overview: SiteOverview, log: Log): void {
  overview.sites(systemClock.now()).catch((error: unknown) => {
    log.debug({ reason: messageOf(error) }, "sites not read ahead; the first request reads them");
  });
}

/** Serves, in a process of its own or in `sitewire up`. Throws `FailureError` as `runServerApp` does. */
export async function serveFace(serving: Serving, face: ServerFace, signal: AbortSignal): Promise<void> {
  await refuseWithoutAccount(serving, signal);
  const { context, opened, onServed, onSetUpLink } = serving;
  const patient = { what: "database", log: context.log, signal };
  const link = await retryWhileUnavailable(() => issueSetupLink(opened.database), patient);
  const announce = (url: string): void => {
    onServed(url);
    if (link !== null) onSetUpLink(linkAddress(context.configuration, link, url));
  };
  await face(serverResources({ ...serving, onServed: announce }), signal);
}

/** Without a terminal the log is where an operator looks. The link works once, and for a day at most. */
export function logSetUpLink(log: Log): (url: string) => void {
  return (url) => log.warn({ url }, "no administrator yet: open the link to make one");
}

/** On loopback reading needs no account. On any other address nobody may read before somebody can sign in. */
async function refuseWithoutAccount(
  { context, opened, otherPorts }: Serving,
  signal: AbortSignal,
): Promise<void> {
  const { address, port } = context.configuration.server;
  if (isLoopback(address)) return;
  const { people } = opened.database.accounts;
  const patient = { what: "database", log: context.log, signal };
  if (await retryWhileUnavailable(() => people.hasAdministrator(), patient)) return;
  if (!otherPorts) return await awaitAdministrator(people, { context, address, signal });
  throw new FailureError(
    `the dashboard is not served at ${address}:${port} before there is an administrator: make one by: ${HOW_TO_MAKE_ONE}; or leave it out with --no-dashboard`,
  );
}

/** A server that was started on its own waits: in a container it would be started again and again. */
async function awaitAdministrator(
  people: PeopleStore,
  { context, address, signal }: { context: AppContext; address: string; signal: AbortSignal },
): Promise<void> {
  const { log } = context;
  log.warn({ address, fix: HOW_TO_MAKE_ONE }, "not serving: there is no administrator yet");
  const waiting = new AbortController();
  const look = async (): Promise<number> => {
    if (await people.hasAdministrator()) waiting.abort();
    return LOOK_EVERY_MS;
  };
  const until = AbortSignal.any([signal, waiting.signal]);
  await repeatUntilAborted(look, { what: "database", clock: systemClock, log }, until);
}
