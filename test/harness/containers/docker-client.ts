// The docker command: Debian's own where it is there, since a newer one on PATH may lack the plug-in that builds.
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { promisify } from "node:util";

const program = existsSync("/usr/bin/docker") ? "/usr/bin/docker" : "docker";
const largestOutputBytes = 64 * 1024 * 1024;

export interface Output {
  readonly stdout: string;
  readonly stderr: string;
}

/** @throws with what docker said, when it fails. `DOCKER_HOST` names the engine. */
export async function docker(
  args: readonly string[],
  { timeoutMs = 180_000, folder }: { readonly timeoutMs?: number; readonly folder?: string } = {},
): Promise<Output> {
  return await run(program, args, timeoutMs, folder);
}

/** docker-compose, on a compose file of the folder. @throws with what it said, when it fails. */
export async function dockerCompose(
  args: readonly string[],
  { timeoutMs = 300_000, folder }: { readonly timeoutMs?: number; readonly folder: string },
): Promise<Output> {
  return await run("docker-compose", args, timeoutMs, folder);
}

async function run(
  command: string,
  args: readonly string[],
  timeoutMs: number,
  folder: string | undefined,
): Promise<Output> {
  return await promisify(execFile)(command, args, {
    timeout: timeoutMs,
    maxBuffer: largestOutputBytes,
    env: { ...process.env, DOCKER_BUILDKIT: "1", COMPOSE_INTERACTIVE_NO_CLI: "1" },
    ...(folder === undefined ? {} : { cwd: folder }),
  });
}
