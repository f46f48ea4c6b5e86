/** The parts of the process that the command line uses. */
import type { Invocation } from "../apps/wiring/invocation.ts";
import type { WebFace } from "../apps/wiring/server-resources.ts";

type Output = NodeJS.WritableStream & { readonly isTTY?: boolean };

export interface Terminal {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly environment: NodeJS.ProcessEnv;
  readonly workingDirectory: string;
  readonly signal: AbortSignal;
  /** What the other face, which this one does not know, does for commands. */
  readonly web: WebFace;
  setExitCode(code: number): void;
}

/** The options that every command has. */
export interface GlobalOptions {
  readonly config?: string;
  readonly data?: string;
  readonly location?: string;
  readonly logLevel?: string;
}

/** Creates an app's invocation from the global options, and from settings that the command's own options set. */
export function invocationOf(
  terminal: Terminal,
  options: GlobalOptions,
  flags: Readonly<Record<string, string | undefined>> = {},
): Invocation {
  return {
    flags: { dataFolder: options.data, location: options.location, logLevel: options.logLevel, ...flags },
    configurationFile: options.config,
    environment: terminal.environment,
    workingDirectory: terminal.workingDirectory,
    stderr: terminal.stderr,
    signal: terminal.signal,
  };
}
