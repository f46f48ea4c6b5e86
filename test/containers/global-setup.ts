// Once a run of the container tests: a Docker engine, the base images, and Sitewire's image.
import type { TestProject } from "vitest/node";
import { messageOf } from "../../src/contract/errors.ts";
import { ensureBaseImages } from "../harness/base-images.ts";
import { type DockerEngine, startDockerEngine } from "../harness/docker-engine.ts";
import { buildSitewireImage } from "../harness/sitewire-image.ts";
import { ensureSystemPackages, type SystemPackageName } from "../harness/system-packages.ts";
import { image } from "./engine.ts";

const needed: readonly SystemPackageName[] = [
  "dockerd",
  "docker",
  "dockerCompose",
  "debootstrap",
  "java",
  "maven",
];

export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  let engine: DockerEngine | undefined;
  try {
    const missing = await ensureSystemPackages(needed);
    if (missing.size > 0) throw new Error([...missing.values()].join("; "));
    engine = await startDockerEngine();
    await ensureBaseImages();
    await buildSitewireImage(image);
    project.provide("dockerEngine", { running: { host: engine.host } });
    return engine.stop;
  } catch (error) {
    await engine?.stop();
    // The other projects' tests can run all the same; each test here fails with this line.
    project.provide("dockerEngine", { unavailable: `no container engine: ${messageOf(error)}` });
    return async () => {};
  }
}
