// The Docker engine that all container tests of a run share; global-setup.ts starts it beside the other tests and
// leaves here what came of it.
import { readFile, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import { inject } from "vitest";
import { z } from "zod";
import { eventually } from "../harness/eventually.ts";
import type { Shared } from "../harness/shared.ts";

/** Sitewire's, under the name that the original system's page gives it. */
export const image = "consumer";

/** On a machine that has none of the images, making them takes minutes. */
const engineTimeoutMs = 600_000;

type Engine = Shared<{ readonly host: string }>;

const engineSchema: z.ZodType<Engine> = z.union([
  z.strictObject({ running: z.strictObject({ host: z.string() }) }),
  z.strictObject({ unavailable: z.string() }),
]);

declare module "vitest" {
  interface ProvidedContext {
    dockerEngineFolder: string;
  }
}

/** Whole or not at all: a test may look at any moment. */
export async function writeEngine(folder: string, engine: Engine): Promise<void> {
  const unfinished = path.join(folder, "engine.unfinished");
  await writeFile(unfinished, JSON.stringify(engine));
  await rename(unfinished, path.join(folder, "engine.json"));
}

/**
 * Waits for the engine and points this process's docker commands at it.
 * @throws one line saying what to install, where there is none.
 */
export async function useEngine(): Promise<void> {
  const file = path.join(inject("dockerEngineFolder"), "engine.json");
  const text = await eventually("a Docker engine with its images", () => readFile(file, "utf8"), {
    timeoutMs: engineTimeoutMs,
    intervalMs: 500,
  });
  const engine = engineSchema.parse(JSON.parse(text));
  if ("unavailable" in engine) throw new Error(engine.unavailable);
  process.env.DOCKER_HOST = engine.running.host;
}
