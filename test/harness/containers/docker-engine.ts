// A Docker engine of our own, beside any that the machine has: its images survive in the cache folder, and whatever an
// earlier run left running is removed at the start.
import { createHash } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { cacheFolder } from "../cache-folder.ts";
import { type ServerProcess, startServerProcess } from "../server-process.ts";
import { docker } from "./docker-client.ts";

const startTimeoutMs = 60_000;
const stopTimeoutMs = 30_000;

export interface DockerEngine {
  /** For `DOCKER_HOST`. */
  readonly host: string;
  stop(): Promise<void>;
}

/** Sets `DOCKER_HOST` of this process until it is stopped. @throws with dockerd's last lines when it can't start. */
export async function startDockerEngine(): Promise<DockerEngine> {
  // The path of a socket has to be short; the same one each time lets the engine find what it left running.
  const name = createHash("sha256").update(cacheFolder).digest("hex").slice(0, 12);
  const folder = path.join(tmpdir(), `sitewire-docker-${name}`);
  await mkdir(folder, { recursive: true });
  const host = `unix://${path.join(folder, "docker.sock")}`;
  const server = await startServerProcess({
    name: "dockerd",
    command: "dockerd",
    arguments: [
      "--data-root",
      path.join(cacheFolder, "docker"),
      "--exec-root",
      path.join(folder, "run"),
      "--pidfile",
      path.join(folder, "dockerd.pid"),
      "--host",
      host,
    ],
    readyLine: /API listen on/,
    startTimeoutMs,
  });
  const before = process.env.DOCKER_HOST;
  process.env.DOCKER_HOST = host;
  await removeLeftovers();
  return {
    host,
    async stop() {
      await removeLeftovers();
      await end(server);
      if (before === undefined) delete process.env.DOCKER_HOST;
      else process.env.DOCKER_HOST = before;
    },
  };
}

async function removeLeftovers(): Promise<void> {
  const { stdout } = await docker(["ps", "--all", "--quiet"]);
  const ids = stdout.split("\n").filter((id) => id !== "");
  if (ids.length > 0) await docker(["rm", "--force", "--volumes", ...ids]);
  await docker(["network", "prune", "--force"]);
  await docker(["volume", "prune", "--force"]);
  await docker(["image", "prune", "--force"]);
}

async function end(server: ServerProcess): Promise<void> {
  await server.end("SIGTERM", stopTimeoutMs);
}
