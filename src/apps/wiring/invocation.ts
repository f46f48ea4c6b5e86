/** The invocation of an app: everything that it takes from its process. */
import type { Configuration } from "../../contract/settings/configuration.ts";
import type { Log } from "../../core/log.ts";
import { loadConfiguration } from "../../services/configuration/load.ts";
import { keepHeapSmall } from "../../services/process/heap.ts";
import { createLog } from "../../services/telemetry/log.ts";

export interface Invocation {
  /** Settings given on the command line, by dotted path. */
  readonly flags: Readonly<Record<string, string | undefined>>;
  readonly configurationFile?: string | undefined;
  readonly environment: NodeJS.ProcessEnv;
  readonly workingDirectory: string;
  readonly stderr: NodeJS.WritableStream & { readonly isTTY?: boolean };
  /** Aborts on SIGINT or SIGTERM. */
  readonly signal: AbortSignal;
}

export interface AppContext {
  readonly invocation: Invocation;
  readonly configuration: Configuration;
  readonly log: Log;
}

/** Where files that settings name are looked for. */
export function foldersOf({ workingDirectory, environment }: Invocation): {
  readonly workingDirectory: string;
  readonly homeFolder: string | undefined;
} {
  return { workingDirectory, homeFolder: environment.HOME };
}

/** Loads the configuration and creates the logger of an app. Throws `UsageError`. */
export function startApp(app: string, invocation: Invocation): AppContext {
  // A single machine's processes are to be small; the others are to be fast.
  keepHeapSmall({ semiSpaceMebibytes: app === "up" || app === "server" ? 4 : 16 });
  const configuration = loadConfiguration({
    flags: invocation.flags,
    environment: invocation.environment,
    workingDirectory: invocation.workingDirectory,
    file: invocation.configurationFile,
  });
  const log = createLog({ level: configuration.logLevel, app, stream: invocation.stderr });
  return { invocation, configuration, log };
}
