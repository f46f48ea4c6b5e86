// Containers as a test looks at them.
import { z } from "zod";
import { docker } from "../harness/containers/docker-client.ts";
import { eventually } from "../harness/eventually.ts";

const inspectedSchema = z.array(
  z.object({
    State: z.object({
      Status: z.string(),
      ExitCode: z.number(),
      Pid: z.number(),
      Health: z.object({ Status: z.string() }).optional(),
    }),
    RestartCount: z.number(),
    NetworkSettings: z.object({ Networks: z.record(z.string(), z.object({ IPAddress: z.string() })) }),
  }),
);

export interface ContainerState {
  readonly status: string;
  readonly exitCode: number;
  readonly pid: number;
  /** Null where it has no health check. */
  readonly health: string | null;
  readonly restarts: number;
  /** One for each of its networks. */
  readonly addresses: readonly string[];
}

/** @param name also a container's id. */
export async function inspectContainer(name: string): Promise<ContainerState> {
  const { stdout } = await docker(["container", "inspect", name]);
  const [found] = inspectedSchema.parse(JSON.parse(stdout));
  if (found === undefined) throw new Error(`there is no container ${name}`);
  const { State: state, RestartCount, NetworkSettings: network } = found;
  return {
    status: state.Status,
    exitCode: state.ExitCode,
    pid: state.Pid,
    health: state.Health?.Status ?? null,
    restarts: RestartCount,
    addresses: Object.values(network.Networks).map(({ IPAddress }) => IPAddress),
  };
}

/** Both outputs so far. */
export async function logsOf(name: string): Promise<string> {
  const { stdout, stderr } = await docker(["logs", name]);
  return stdout + stderr;
}

/** Waits for the end of a container that was started detached. */
export async function endOf(name: string): Promise<ContainerState> {
  return await eventually(
    `container ${name} ends`,
    async () => {
      const state = await inspectContainer(name);
      return state.status === "exited" && state;
    },
    { timeoutMs: 60_000, intervalMs: 200 },
  );
}
