// The Docker engine that all container tests of a run share; global-setup.ts starts it.
import { inject } from "vitest";
import type { Shared } from "../harness/shared.ts";

/** Sitewire's, under the name that the original system's page gives it. */
export const image = "consumer";

declare module "vitest" {
  interface ProvidedContext {
    dockerEngine: Shared<{ readonly host: string }>;
  }
}

/** Points this process's docker commands at the engine. @throws one line saying what to install, where there is none. */
export function useEngine(): void {
  const engine = inject("dockerEngine");
  if ("unavailable" in engine) throw new Error(engine.unavailable);
  process.env.DOCKER_HOST = engine.running.host;
}
