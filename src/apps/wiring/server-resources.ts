/** What the server's routes work on. It is opened once; routes open nothing. */
import { fileURLToPath } from "node:url";
import type { Configuration } from "../../contract/settings/configuration.ts";
import type { Clock } from "../../core/clock.ts";
import type { Database } from "../../core/database.ts";
import { LiveFeed } from "../../core/live/live-feed.ts";
import type { Log } from "../../core/log.ts";
import type { StatusPageView } from "../../core/status-pages/page-view.ts";
import { withoutBrackets } from "../../services/network/host-name.ts";
import { systemClock } from "../../services/process/clock.ts";
import type { EventCounter } from "../../services/telemetry/health-server.ts";
import type { ChosenDatabase } from "./databases.ts";
import type { AppContext } from "./invocation.ts";
import type { ServerChecking } from "./sites/checking.ts";

export interface ServerResources {
  readonly context: AppContext;
  readonly configuration: Configuration;
  readonly log: Log;
  readonly clock: Clock;
  readonly database: Database;
  /** The database in words, without secrets. */
  readonly description: string;
  readonly counter: EventCounter;
  readonly live: LiveFeed;
  /** Loaded when somebody asks for a check, or changes a site. */
  readonly checking: () => Promise<ServerChecking>;
  /** The built dashboard; may be missing. */
  readonly dashboardFolder: string;
  /** Where to listen. */
  readonly address: string;
  /** The first free one is taken; 0 takes any. */
  readonly ports: readonly number[];
  /** Whether `address` is reached from this machine only. */
  readonly loopbackOnly: boolean;
  /** Called once it listens. */
  readonly onListening: (port: number) => void;
}

/** Serves until the signal aborts, then drains. Given as an argument: apps know no face. */
export type ServerFace = (resources: ServerResources, signal: AbortSignal) => Promise<void>;

/** What the web face does for commands. */
export interface WebFace {
  readonly serve: ServerFace;
  /** Writes a status page as files into a folder, and returns how many. Throws `FailureError`. */
  exportStatusPage(view: StatusPageView, folder: string): Promise<number>;
}

/** The built dashboard; may be missing. */
export const dashboardFolder = fileURLToPath(new URL("../../../dist/dashboard", import.meta.url));

/** As many ports after the configured one are tried where another may be taken. */
const MORE_PORTS = 20;

export interface Serving {
  readonly context: AppContext;
  readonly opened: ChosenDatabase;
  readonly counter: EventCounter;
  /** Whether another port is taken where the configured one is in use. */
  readonly otherPorts: boolean;
  /** Called once it listens, with the address for people. */
  readonly onServed: (url: string) => void;
  /** Called after it, while nobody can administer, with the link that makes the first administrator. */
  readonly onSetUpLink: (url: string) => void;
}

export function serverResources({
  context,
  opened,
  counter,
  otherPorts,
  onServed,
}: Omit<Serving, "onSetUpLink">): ServerResources {
  const { configuration, log } = context;
  const { address, port, publicUrl } = configuration.server;
  const count = otherPorts && port !== 0 ? MORE_PORTS + 1 : 1;
  return {
    context,
    configuration,
    log,
    clock: systemClock,
    database: opened.database,
    description: opened.description,
    counter,
    live: new LiveFeed({ changes: opened.database.live, clock: systemClock, log }),
    checking: once(async () => {
      const { createServerChecking } = await import("./sites/checking.ts");
      return createServerChecking(context);
    }),
    dashboardFolder,
    address: withoutBrackets(address),
    ports: Array.from({ length: count }, (_, index) => port + index).filter((each) => each <= 65_535),
    loopbackOnly: isLoopback(address),
    onListening: (bound) => onServed(publicUrl ?? urlOf(address, bound)),
  };
}

/** The searching thread lets the process end, so that nobody closes what is made here. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | null = null;
  return () => {
    made ??= make();
    return made;
  };
}

/** Whether an address to listen on is reached from this machine only. */
export function isLoopback(address: string): boolean {
  const name = withoutBrackets(address).toLowerCase();
  return name === "localhost" || name === "::1" || /^127(\.\d+){3}$/.test(name);
}

/** The address that people on this machine open. */
export function urlOf(address: string, port: number): string {
  const name = withoutBrackets(address);
  if (name === "0.0.0.0" || name === "::") return `http://127.0.0.1:${port}/`;
  return `http://${name.includes(":") ? `[${name}]` : name}:${port}/`;
}
