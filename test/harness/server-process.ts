// A server started as a child process for the length of a test run: its output is kept for error messages, never
// printed, and it dies with us however we end.
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";

export interface ServerProcessOptions {
  /** Names the server in errors. */
  readonly name: string;
  /** A program, with its arguments, that replaces itself by the command. */
  readonly prefix?: readonly string[];
  readonly command: string;
  readonly arguments: readonly string[];
  /** The line of output that says it serves. */
  readonly readyLine: RegExp;
  readonly startTimeoutMs?: number;
  /** Run as this user and group (only possible as root). */
  readonly user?: { readonly uid: number; readonly gid: number };
  readonly environment?: Readonly<Record<string, string>>;
}

export interface ServerProcess {
  readonly pid: number;
  /** The last lines it printed. */
  outputTail(): string;
  /** Sends `signal` and waits for the end; after `graceMs` it is killed. */
  end(signal: NodeJS.Signals, graceMs?: number): Promise<void>;
}

const tailLines = 40;
const living = new Set<ChildProcess>();
process.once("exit", () => {
  for (const child of living) child.kill("SIGKILL");
});

/** Starts a server and waits until it serves. @throws with the tail of its output when it does not. */
export async function startServerProcess(options: ServerProcessOptions): Promise<ServerProcess> {
  const [command, ...args] = dyingWithUs(options);
  const child = spawn(command, args, {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...options.environment },
  });
  living.add(child);
  const output: string[] = [];
  const tail = () => output.join("\n");
  const exited = new Promise<void>((resolve) => {
    const gone = () => {
      living.delete(child);
      resolve();
    };
    child.once("exit", gone);
    child.once("error", (error) => {
      output.push(error.message);
      gone();
    });
  });
  const end = async (signal: NodeJS.Signals, graceMs = 20_000) => {
    if (!living.has(child)) return;
    const killer = setTimeout(() => child.kill("SIGKILL"), graceMs);
    child.kill(signal);
    await exited;
    clearTimeout(killer);
  };

  const ready = new Promise<void>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on("line", (line) => {
        output.push(line);
        if (output.length > tailLines) output.shift();
        if (options.readyLine.test(line)) resolve();
      });
    }
  });
  const startTimeoutMs = options.startTimeoutMs ?? 60_000;
  const outcome = await Promise.race([
    ready.then(() => "ready" as const),
    exited.then(() => "ended" as const),
    timeout(startTimeoutMs),
  ]);
  if (outcome !== "ready" || child.pid === undefined) {
    await end("SIGKILL");
    const what =
      outcome === "ended" ? "ended instead of starting" : `did not start within ${startTimeoutMs} ms`;
    throw new Error(`${options.name} ${what}; it said last:\n${tail()}`);
  }
  return { pid: child.pid, outputTail: tail, end };
}

// On Linux, setpriv makes the kernel end the child even when this process is killed without a chance to clean up.
function dyingWithUs(options: ServerProcessOptions): [string, ...string[]] {
  const { user, prefix = [], command, arguments: args } = options;
  const [first = command, ...rest] = [...prefix, command, ...args];
  if (!existsSync("/usr/bin/setpriv")) return [first, ...rest];
  const identity = user ? [`--reuid=${user.uid}`, `--regid=${user.gid}`, "--clear-groups"] : [];
  const bound = ["/usr/bin/setpriv", ...identity, "--pdeathsig", "KILL"];
  const [program = command, ...programArguments] = [...prefix, ...bound, command, ...args];
  return [program, ...programArguments];
}

function timeout(ms: number): Promise<"timeout"> {
  return new Promise((resolve) => {
    setTimeout(() => resolve("timeout"), ms).unref();
  });
}
