// Sitewire as a person runs it: a process of its own, from the source, in a folder of its own.
import { type ChildProcess, spawn } from "node:child_process";
import path from "node:path";
import { createInterface } from "node:readline";
import { eventually } from "./eventually.ts";

/** What Node runs. */
export const program = path.join(import.meta.dirname, "..", "..", "src", "cli", "main.ts");
const living = new Set<ChildProcess>();
process.once("exit", () => {
  for (const child of living) child.kill("SIGKILL");
});

export interface SitewireOptions {
  /** The working folder. */
  readonly folder: string;
  /** Besides PATH and HOME, which are all that it inherits. */
  readonly environment?: Readonly<Record<string, string>>;
  /** A TypeScript file in place of Sitewire's own, such as a version of it that is broken on purpose. */
  readonly program?: string;
}

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningSitewire {
  readonly pid: number;
  /** Complete lines so far; they grow. */
  readonly stdout: readonly string[];
  readonly stderr: readonly string[];
  readonly ended: Promise<Ended>;
  /** Waits for a line of either output. @throws with all output when it does not come in time. */
  line(pattern: RegExp, timeoutMs?: number): Promise<string>;
  signal(signal: NodeJS.Signals): void;
  /** Asks it to stop and waits for its end; once it has ended, nothing. */
  stop(signal?: NodeJS.Signals): Promise<Ended>;
}

/** Starts `sitewire` with these arguments and does not wait for anything. */
export function startSitewire(args: readonly string[], options: SitewireOptions): RunningSitewire {
  const { PATH = "", HOME = "" } = process.env;
  const child = spawn(process.execPath, [options.program ?? program, ...args], {
    cwd: options.folder,
    // Any free port for the dashboard, so that tests can run side by side.
    env: { PATH, HOME, SITEWIRE_SERVER_PORT: "0", ...options.environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  living.add(child);
  const stdout: string[] = [];
  const stderr: string[] = [];
  createInterface({ input: child.stdout }).on("line", (line) => stdout.push(line));
  createInterface({ input: child.stderr }).on("line", (line) => stderr.push(line));
  const ended = new Promise<Ended>((resolve) => {
    child.once("close", (code) => {
      living.delete(child);
      resolve({ code, stdout: stdout.join("\n"), stderr: stderr.join("\n") });
    });
  });
  const signal = (name: NodeJS.Signals): void => {
    child.kill(name);
  };
  return {
    pid: child.pid ?? 0,
    stdout,
    stderr,
    ended,
    signal,
    async line(pattern, timeoutMs = 30_000) {
      const find = () =>
        stdout.find((line) => pattern.test(line)) ?? stderr.find((line) => pattern.test(line));
      try {
        return await eventually(`sitewire ${args[0]} prints ${pattern}`, find, { timeoutMs });
      } catch (error) {
        throw new Error(`${[...stdout.slice(-20), ...stderr.slice(-20)].join("\n")}`, { cause: error });
      }
    },
    async stop(name = "SIGTERM") {
      signal(name);
      return await ended;
    },
  };
}

/** Runs `sitewire` to its end. */
export async function sitewire(args: readonly string[], options: SitewireOptions): Promise<Ended> {
  return await startSitewire(args, options).ended;
}
