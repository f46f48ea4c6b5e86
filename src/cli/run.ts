/** Runs the command line: handles signals, sets exit codes, and reports every error as one line. */
import { CommanderError } from "commander";
import type { WebFace } from "../apps/wiring/server-resources.ts";
import { FailureError, UsageError } from "../contract/errors.ts";
import { InvalidSiteError } from "../core/checking/invalid-site-error.ts";
import { UnavailableError } from "../core/failures.ts";
import { createProgram } from "./program.ts";
import type { Terminal } from "./terminal.ts";

/** Exit codes: 0 success, 1 failure, 2 wrong usage, 130 terminated by a second signal. */
const EXIT_FAILURE = 1;
const EXIT_USAGE = 2;
const EXIT_SECOND_SIGNAL = 130;
const EXIT_GRACE_MS = 1000;
/** Signals this close together are one request: a service manager may send SIGTERM and SIGHUP. */
const ONE_REQUEST_MS = 1000;

/** Ctrl-C, a service manager's stop, and a terminal that was closed. */
const STOP_SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
/** A write to a pipe that nobody reads, or to a terminal that is gone. */
const NO_READER = new Set(["EPIPE", "EIO"]);

/**
 * Parses `process.argv`, runs the command, and sets the exit code. The first signal drains; another one,
 * a second or more later, exits. `web` is what the other face does for commands.
 */
export async function runCommandLine(process: NodeJS.Process, web: WebFace): Promise<void> {
  const stop = new AbortController();
  let askedAtMs: number | null = null;
  const onSignal = (): void => {
    askedAtMs ??= performance.now();
    if (performance.now() - askedAtMs >= ONE_REQUEST_MS) process.exit(EXIT_SECOND_SIGNAL);
    stop.abort(new Error("stopped by a signal"));
  };
  for (const signal of STOP_SIGNALS) process.on(signal, onSignal);
  // A reader that closes the pipe early (`| head`) is not an error: the command drains, as after a signal.
  const onOutputError = (error: NodeJS.ErrnoException): void => {
    if (!NO_READER.has(error.code ?? "")) throw error;
    stop.abort(new Error("nobody reads the output any more"));
  };
  process.stdout.on("error", onOutputError);
  process.stderr.on("error", onOutputError);
  const terminal: Terminal = {
    stdout: process.stdout,
    stderr: process.stderr,
    environment: process.env,
    workingDirectory: process.cwd(),
    signal: stop.signal,
    web,
    setExitCode(code) {
      process.exitCode = code;
    },
  };
  try {
    await createProgram(terminal).parseAsync(process.argv);
  } catch (error) {
    // A signal that arrives while waiting for a dependency is a clean exit.
    const stopped = stop.signal.aborted && error === stop.signal.reason;
    process.exitCode = stopped ? 0 : reportError(error, process.stderr);
  }
  for (const signal of STOP_SIGNALS) process.off(signal, onSignal);
  // All work is drained. A connection that a library keeps half open must not keep the process running.
  setTimeout(() => process.exit(), EXIT_GRACE_MS).unref();
}

function reportError(error: unknown, stderr: NodeJS.WritableStream): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_USAGE;
  if (error instanceof UsageError || error instanceof FailureError) {
    for (const line of error.message.split("\n")) stderr.write(`sitewire: ${line}\n`);
    return error.exitCode;
  }
  if (error instanceof InvalidSiteError) {
    stderr.write(`sitewire: ${error.message}\n`);
    return EXIT_USAGE;
  }
  if (error instanceof UnavailableError) {
    stderr.write(`sitewire: ${error.message}\n`);
    return EXIT_FAILURE;
  }
  stderr.write(
    `sitewire: unexpected error, please report it: ${error instanceof Error ? error.stack : String(error)}\n`,
  );
  return EXIT_FAILURE;
}
